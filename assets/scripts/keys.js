// Letters that save the way to the mouse: j and k walk the rows, Enter opens, x marks, e says that it is read, n begins something new,
// g goes somewhere, ? explains. `data-keys="off"` on the page switches all of them off.
const rows = () => [...document.querySelectorAll("[data-walk] tbody tr:not(.group, .found), ul[data-walk] > li")];
const typing = (node) => node.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
let going = false;

function walk(step) {
  const all = rows();
  const here = all.findIndex((row) => row.classList.contains("at"));
  const next = all[Math.min(all.length - 1, Math.max(0, here + step))];
  if (!next) return;
  all[here]?.classList.remove("at");
  next.classList.add("at");
  const first = ["a[href]:not(.number)", "a[href]", "input"].map((one) => next.querySelector(one)).find(Boolean);
  first?.focus();
  next.scrollIntoView({ block: "nearest" });
}

const go = (key) => document.querySelector(`[data-go="${key}"]`)?.click();
const letters = {
  j: () => walk(1),
  k: () => walk(-1),
  x: () => document.querySelector("[data-walk] .at [type=checkbox]")?.click(),
  e: () => document.querySelector("[data-walk] .at [data-hear]")?.click(),
  c: () => document.querySelector("[data-key='c']")?.click(),
  n: () => document.querySelector("[data-key='n']")?.click(),
  "?": () => document.querySelector("[data-key='?']")?.click(),
  g: () => { going = true; setTimeout(() => { going = false; }, 1500); },
};

document.addEventListener("keydown", (press) => {
  if (press.defaultPrevented) return;
  if ((press.ctrlKey || press.metaKey) && press.key === "Enter") {
    const form = press.target.form ?? press.target.closest("form");
    if (!form) return;
    press.preventDefault();
    return form.requestSubmit(form.querySelector("button.first:not([type=button])") ?? undefined);
  }
  if (press.ctrlKey || press.metaKey || press.altKey || typing(press.target)) return;
  if (document.body.dataset.keys === "off") return;
  if (going) { going = false; return go(press.key); }
  letters[press.key]?.();
});
