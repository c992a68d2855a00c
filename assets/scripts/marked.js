// The bulk bar says how many rows are marked. Without this script it stands there all the same.
const bar = document.getElementById("bulk");
const words = bar?.querySelector("[data-marked]");

function tell() {
  const marked = bar.elements.marked;
  const boxes = marked ? (marked.length === undefined ? [marked] : [...marked]) : [];
  words.textContent = words.dataset.marked.replace("#", boxes.filter((box) => box.checked).length);
}

if (words) {
  tell();
  document.addEventListener("change", tell);
  bar.addEventListener("reset", () => setTimeout(tell));
}
