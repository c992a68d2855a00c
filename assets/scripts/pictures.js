// Puts the line of a picture into the text that was written in last.
const areas = [...document.querySelectorAll("form textarea")];
let last = areas[0];

for (const area of areas) area.addEventListener("focus", () => { last = area; });

for (const place of document.querySelectorAll("[data-picture]")) {
  if (!last) break;
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => {
    last.setRangeText(place.dataset.picture, last.selectionStart, last.selectionEnd, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
    last.focus();
  });
}
