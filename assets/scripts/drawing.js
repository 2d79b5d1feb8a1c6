// The body chart: a tap on a place asks for a number from 0 to 10 and puts it in the list below.
// Without this file the list alone is filled in.

const chart = document.querySelector("[data-chart]");
const panel = document.querySelector("[data-panel]");

const fieldOf = (key) => document.querySelector(`select[data-of="${CSS.escape(key)}"]`);
const paint = (key) => {
  const value = fieldOf(key).value;
  for (const shape of chart.querySelectorAll(`[data-place="${CSS.escape(key)}"]`)) {
    shape.setAttribute("class", `app-drawing__place${Number(value) ? ` app-drawing__place--${value}` : ""}`);
  }
};

const choice = (field, option) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "app-drawing__number";
  button.textContent = option.value || "×";
  button.setAttribute("aria-label", option.textContent);
  button.setAttribute("aria-pressed", String(field.value === option.value));
  button.addEventListener("click", () => {
    field.value = option.value;
    paint(field.dataset.of);
    ask(field);
  });
  return button;
};

const ask = (field) => {
  const words = document.createElement("p");
  words.textContent = field.labels[0].textContent;
  panel.replaceChildren(words, ...[...field.options].map((option) => choice(field, option)));
  panel.hidden = false;
};

if (chart && panel) {
  chart.classList.add("app-drawing--live");
  for (const words of document.querySelectorAll("[data-taps]")) words.hidden = false;
  chart.addEventListener("click", (event) => {
    const key = event.target.dataset?.place;
    if (!key) return;
    for (const shape of chart.querySelectorAll("[data-place]")) {
      shape.toggleAttribute("data-chosen", shape.dataset.place === key);
    }
    ask(fieldOf(key));
  });
  for (const field of document.querySelectorAll("select[data-of]")) {
    field.addEventListener("change", () => paint(field.dataset.of));
    paint(field.dataset.of);
  }
}
