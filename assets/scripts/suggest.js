// While one types a filter, what could be meant stands below: names of filters first, then their values.
// Without this script the line is a plain field, and what is wrong is told when it is sent.
const line = document.querySelector("[data-suggest]");
const field = line?.querySelector("input[name=filter]");
const list = Object.assign(document.createElement("ul"), { id: "suggested", className: "suggested", hidden: true });
let options = [];
let at = -1;
let asked = 0;

function close() {
  list.hidden = true;
  at = -1;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function point(place) {
  at = (place + options.length) % options.length;
  [...list.children].forEach((option, no) => { option.ariaSelected = String(no === at); });
  list.children[at].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", list.children[at].id);
}

function choose(place) {
  field.value = options[place].typed;
  field.focus();
  close();
  look();
}

function option({ words, note }, place) {
  const one = Object.assign(document.createElement("li"), { id: `suggested-${place}`, textContent: words });
  one.role = "option";
  one.ariaSelected = "false";
  if (note) one.append(Object.assign(document.createElement("span"), { className: "fine", textContent: note }));
  one.addEventListener("mousedown", (press) => { press.preventDefault(); choose(place); });
  return one;
}

async function look() {
  const turn = ++asked;
  const question = new URLSearchParams({ q: field.value, kind: line.dataset.suggest });
  const answer = await fetch(`/search/suggestions?${question}`).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  options = (await answer.json()).suggestions;
  list.replaceChildren(...options.map(option));
  at = -1;
  list.hidden = !options.length;
  field.setAttribute("aria-expanded", String(!list.hidden));
}

if (field) {
  list.role = "listbox";
  list.ariaLabel = field.labels[0]?.textContent ?? "";
  line.append(list);
  field.role = "combobox";
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 80);
  });
  field.addEventListener("keydown", (press) => {
    if (list.hidden) return;
    if (press.key === "ArrowDown") point(at + 1);
    else if (press.key === "ArrowUp") point(at - 1);
    else if (press.key === "Escape") close();
    else if ((press.key === "Enter" || press.key === "Tab") && at >= 0) choose(at);
    else return;
    press.preventDefault();
  });
  field.addEventListener("blur", close);
}
