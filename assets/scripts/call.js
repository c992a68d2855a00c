// While one writes down a call: who is on the telephone is found by name or number as one types, and their card and
// their conversations come beside the form. Without this script the fields are plain ones.
import { choices } from "./choices.js";

const place = document.getElementById("call");
const form = place?.querySelector("form");
const field = form?.elements.namedItem("with");
let shown = 0;

const value = (name, to) => { const one = form.elements.namedItem(name); if (to !== undefined) one.value = to; return one.value; };

/** Of what one is told in words in a field; nothing where it is chosen from a list. */
const inWords = (field) => field.dataset.among;

/** Where to ask for whoever is meant; of a single letter nobody is. */
function asks() {
  const typed = field.value.trim();
  return typed.length < 2 ? null : `${place.dataset.people}?${new URLSearchParams({ q: typed })}`;
}

function chosen({ id, name, phone, party, organisation, organisation_number: number }) {
  field.value = name;
  value("person", id);
  value("phone", phone);
  if (party) value("party", inWords(form.elements.namedItem("party")) ? `${number} ${organisation}` : party);
  bring();
  form.dispatchEvent(new Event("input", { bubbles: true }));
  form.elements.namedItem("title").focus();
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
  field.addEventListener("input", () => { value("person", ""); value("phone", ""); });
  choices(field, {
    id: "callers",
    asks,
    reads: (people) => people,
    shows: ({ name, organisation, phone, job_title: job }) => ({ words: name, note: [organisation, job, phone].filter(Boolean).join(" · ") }),
    chosen,
    first: "taken",
  });
  form.elements.namedItem("party").addEventListener("change", () => { value("person", ""); bring(); });
}
