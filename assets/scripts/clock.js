// How long the needles are in, and how long they still stay; the page says the times without it.

let ticking = 0;

const told = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export const clock = (form) => {
  clearInterval(ticking);
  const place = form.querySelector("[data-timer]");
  const count = place.querySelector("strong");
  if (!place.dataset.started || !count) return;
  const said = count.textContent;
  const began = Date.parse(place.dataset.started);
  place.setAttribute("role", "timer");
  const show = () => {
    const seconds = Math.max(0, (Date.now() - began) / 1000);
    const minutes = Number(form.elements.needles_planned_minutes?.value) || 0;
    const left = minutes * 60 - seconds;
    place.classList.toggle("app-session__timer--over", minutes > 0 && left <= 0);
    const rest = minutes ? (left > 0 ? `, ${told(left)} left` : `, ${told(-left)} over`) : "";
    place.textContent = "";
    const strong = document.createElement("strong");
    strong.textContent = `${said.split(" since")[0]} for ${told(seconds)}`;
    place.append(strong, rest);
  };
  show();
  ticking = setInterval(show, 1000);
};
