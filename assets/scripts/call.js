// While one writes down a call: who is on the telephone is found by name or number as one types, and their card and
// their conversations come beside the form. Without this script the fields are plain ones.
const place = document.getElementById("call");
const form = place?.querySelector("form");
const field = form?.elements.namedItem("with");
const list = Object.assign(document.createElement("ul"), { id: "callers", className: "suggested", hidden: true });
let people = [], at = -1, asked = 0, shown = 0;

const value = (name, to) => { const one = form.elements.namedItem(name); if (to !== undefined) one.value = to; return one.value; };

/** Of what one is told in words in a field; nothing where it is chosen from a list. */
const inWords = (field) => field.dataset.among;

function close() {
  list.hidden = true;
  at = -1;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function point(to) {
  at = (to + people.length) % people.length;
  [...list.children].forEach((line, no) => { line.ariaSelected = String(no === at); });
  list.children[at].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", list.children[at].id);
}

function choose(no) {
  const { id, name, phone, party, organisation, organisation_number: number } = people[no];
  field.value = name;
  value("person", id);
  value("phone", phone);
  if (party) value("party", inWords(form.elements.namedItem("party")) ? `${number} ${organisation}` : party);
  close();
  bring();
  form.dispatchEvent(new Event("input", { bubbles: true }));
  form.elements.namedItem("title").focus();
}

function line({ name, organisation, phone, job_title: job }, no) {
  const one = Object.assign(document.createElement("li"), { id: `caller-${no}`, textContent: name });
  one.role = "option";
  one.ariaSelected = "false";
  const note = [organisation, job, phone].filter(Boolean).join(" · ");
  one.append(Object.assign(document.createElement("span"), { className: "fine", textContent: note }));
  one.addEventListener("mousedown", (press) => { press.preventDefault(); choose(no); });
  return one;
}

async function look() {
  const turn = ++asked, typed = field.value.trim();
  if (typed.length < 2) return close();
  const answer = await fetch(`${place.dataset.people}?${new URLSearchParams({ q: typed })}`).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  people = await answer.json();
  list.replaceChildren(...people.map(line));
  at = -1;
  list.hidden = !people.length;
  field.setAttribute("aria-expanded", String(!list.hidden));
}

/** Brings the card and the conversations of whoever was chosen. */
async function bring() {
  const turn = ++shown, before = value("number");
  const question = new URLSearchParams({ party: value("party"), person: value("person") });
  const among = inWords(form.elements.namedItem("party"));
  if (among) question.set("in_words", `party:${among}`);
  const answer = await fetch(`${place.dataset.card}?${question}`).catch(() => null);
  if (!answer?.ok || turn !== shown) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["matter", "card"]) document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
  const options = [...form.elements.namedItem("number").options].map((option) => option.value);
  // With one matter open, that is what they call about; else what was chosen stays chosen.
  value("number", options.includes(before) && before ? before : options.length === 2 ? options[1] : "");
}

if (field) {
  list.role = "listbox";
  list.ariaLabel = field.labels[0]?.textContent ?? "";
  field.after(list);
  field.role = "combobox";
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  let waiting;
  field.addEventListener("input", () => {
    value("person", "");
    value("phone", "");
    clearTimeout(waiting);
    waiting = setTimeout(look, 80);
  });
  field.addEventListener("keydown", (press) => {
    if (list.hidden) return;
    if (press.key === "ArrowDown") point(at + 1);
    else if (press.key === "ArrowUp") point(at - 1);
    else if (press.key === "Escape") close();
    else if (press.key === "Enter" || (press.key === "Tab" && at >= 0)) choose(Math.max(0, at));
    else return;
    press.preventDefault();
    press.stopPropagation();
  });
  field.addEventListener("blur", close);
  form.elements.namedItem("party").addEventListener("change", () => { value("person", ""); bring(); });
}
