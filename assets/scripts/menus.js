// What opened in place closes by Esc, which gives the focus back, and by a click elsewhere.
const opened = () => document.querySelectorAll("details.opens[open]");

document.addEventListener("click", (click) => {
  for (const menu of opened()) if (!menu.contains(click.target)) menu.open = false;
});
document.addEventListener("keydown", (press) => {
  if (press.key !== "Escape" || press.defaultPrevented) return;
  for (const menu of opened()) {
    if (!menu.contains(document.activeElement)) continue;
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
