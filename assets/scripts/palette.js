// Ctrl-K or / opens search and commands. Without this script the search field is a plain form.
const seek = document.querySelector(".seek");
const said = seek?.dataset ?? {};
const dialog = document.createElement("dialog");
dialog.className = "palette";
dialog.setAttribute("aria-label", said.label ?? "");

const field = Object.assign(document.createElement("input"), { type: "text", autocomplete: "off" });
field.role = "combobox";
field.setAttribute("aria-label", said.label ?? "");
field.setAttribute("aria-expanded", "true");
field.setAttribute("aria-controls", "found");
const list = Object.assign(document.createElement("ul"), { id: "found" });
list.role = "listbox";
list.setAttribute("aria-label", said.found ?? "");
const foot = Object.assign(document.createElement("footer"), { textContent: said.foot ?? "" });
dialog.append(field, list, foot);
document.body.append(dialog);

let at = 0;
let asked = 0;
let options = [];
let shown = null; // the words that the options were found for

function option({ address, words, note, keys }, place) {
  const line = Object.assign(document.createElement("li"), { id: `found-${place}`, textContent: words });
  line.role = "option";
  line.addEventListener("click", () => location.assign(address));
  if (note) line.append(Object.assign(document.createElement("span"), { className: "fine", textContent: note }));
  if (keys) line.append(Object.assign(document.createElement("kbd"), { textContent: keys }));
  return line;
}

function point() {
  at = Math.max(0, Math.min(at, options.length - 1));
  [...list.children].forEach((line, place) => { line.ariaSelected = String(place === at); });
  list.children[at]?.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", options.length ? `found-${at}` : "");
}

async function look() {
  const turn = ++asked;
  const words = field.value;
  const question = new URLSearchParams({ q: words });
  const answer = await fetch(`/search?${question}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  const { found = [], commands = [] } = await answer.json();
  if (turn !== asked) return;
  shown = words;
  options = [
    ...commands.map(({ name, address, keys }) => ({ address, words: name, keys })),
    ...found.map(({ number, title, kind, address }) => ({ address, words: `${number} ${title}`, note: kind })),
  ];
  list.replaceChildren(...options.map(option));
  at = 0;
  point();
}

/** Goes to what is chosen among what was found for these very words: whoever types fast sends them before it is there. */
async function go() {
  clearTimeout(waiting);
  if (shown !== field.value) await look();
  const chosen = shown === field.value ? options[at]?.address : undefined;
  location.assign(chosen ?? `/search?${new URLSearchParams({ q: field.value })}`);
}

let waiting;
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, 80);
});
field.addEventListener("keydown", (press) => {
  if (press.key === "ArrowDown") at += 1;
  else if (press.key === "ArrowUp") at -= 1;
  else if (press.key === "Enter") {
    press.preventDefault();
    return go();
  } else return;
  press.preventDefault();
  point();
});

function open(press) {
  press.preventDefault();
  if (dialog.open) return;
  field.value = "";
  shown = null;
  dialog.showModal();
  look();
}
document.addEventListener("keydown", (press) => {
  // A field keeps the focus for a moment after its dialog was closed; nobody types there.
  const typing = press.target.closest("input, textarea, select, [contenteditable]") && !press.target.closest("dialog:not([open])");
  const isSlash = press.key === "/" && !typing && document.body.dataset.keys !== "off";
  if ((press.key === "k" && (press.ctrlKey || press.metaKey)) || isSlash) open(press);
});
dialog.addEventListener("click", (click) => { if (click.target === dialog) dialog.close(); });
