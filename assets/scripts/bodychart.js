// A tap on the body chart chooses the side and puts the sites of that place first in the list:
// a shortcut to the fields below, which everybody can use.

export const chart = (form) => {
  const list = form.querySelector("#add_site");
  const side = form.querySelector("#add_side");
  if (!list || !side) return;
  for (const place of form.querySelectorAll("[data-place]")) {
    place.classList.add("app-chart__tap");
    place.addEventListener("click", () => {
      list.querySelector("optgroup[data-here]")?.remove();
      const here = document.createElement("optgroup");
      here.label = `At the ${place.dataset.name}`;
      here.dataset.here = "";
      const found = [...list.querySelectorAll(`option[data-region="${place.dataset.place}"]`)];
      here.append(...found.map((each) => each.cloneNode(true)));
      list.prepend(here);
      list.selectedIndex = 0;
      side.value = place.dataset.side;
      form.querySelector("#add_region").value = place.dataset.place;
      for (const other of form.querySelectorAll(".app-chart__chosen")) other.classList.remove("app-chart__chosen");
      place.classList.add("app-chart__chosen");
      list.focus();
    });
  }
};
