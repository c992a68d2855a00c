// The bulk bar says how many rows are marked. Without this script it stands there all the same.
const bar = document.getElementById("bulk");
const words = bar?.querySelector("[data-marked]");

let boxes = new Set(); // those that are marked, so that one more is no walk over all rows

function tell() {
  words.textContent = words.dataset.marked.replace("#", boxes.size);
}

function look() {
  boxes = new Set([...bar.elements].filter((box) => box.name === "marked" && box.checked));
  tell();
}

if (words) {
  look();
  document.addEventListener("change", ({ target }) => {
    if (target.name !== "marked" || target.form !== bar) return;
    if (target.checked) boxes.add(target);
    else boxes.delete(target);
    tell();
  });
  bar.addEventListener("reset", () => setTimeout(look));
}
