// A signature drawn with finger, pen or mouse: lines of points, x and y from 0 to 1, as JSON in the form.

const place = document.querySelector("[data-sign]");
const canvas = place?.querySelector("canvas");
const kept = place?.querySelector("input[name=strokes]");
const pen = canvas?.getContext("2d");
let strokes = [];

const point = (event) => {
  const box = canvas.getBoundingClientRect();
  const inside = (value) => Math.round(Math.min(Math.max(value, 0), 1) * 1000) / 1000;
  return [inside((event.clientX - box.left) / box.width), inside((event.clientY - box.top) / box.height)];
};

const draw = () => {
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.lineWidth = 4;
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.beginPath();
    for (const [x, y] of stroke) pen.lineTo(x * canvas.width, y * canvas.height);
    pen.stroke();
  }
  kept.value = strokes.length ? JSON.stringify(strokes) : "";
};

if (place) {
  place.hidden = false;
  let drawing = false;
  try {
    strokes = JSON.parse(kept.value || "[]");
  } catch {
    strokes = [];
  }
  draw();
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    strokes.push([point(event)]);
    drawing = true;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    strokes.at(-1).push(point(event));
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { drawing = false; });
  place.querySelector("[data-clear]").addEventListener("click", () => {
    strokes = [];
    draw();
  });
}
