// Keeps what is typed into a form until it is sent, and offers it again on return.
import { button, clock, findDraft, keepDraft, make, offerOf, seldom, throwDraft, word } from "./parts.js";

// What a browser fills in itself, what must not be kept, and what a person did not write.
const isKept = (field) => field.name && !field.disabled && !["hidden", "password", "file", "submit", "button", "reset"].includes(field.type);
const fieldsOf = (form) => [...form.elements].filter(isKept);
const sentKey = (key) => `sent:${key}`;

/** What stands in a form: each name with the list of its values. */
function read(form) {
  const all = {};
  for (const field of fieldsOf(form)) {
    all[field.name] ??= [];
    if (["checkbox", "radio"].includes(field.type)) { if (field.checked) all[field.name].push(field.value); continue; }
    if (field.multiple && field.localName === "select") all[field.name].push(...[...field.selectedOptions].map(({ value }) => value));
    else all[field.name].push(field.value);
  }
  return all;
}

function write(form, all) {
  const left = structuredClone(all);
  for (const field of fieldsOf(form)) {
    const values = left[field.name];
    if (!Array.isArray(values)) continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
    else if (field.multiple && field.localName === "select") for (const option of field.options) option.selected = values.includes(option.value);
    else if (values.length) field.value = values.shift();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const turns = new WeakMap(); // form → keeps what is typed under another key from now on

/** From now on what is typed into a form is kept under this key, and what was kept there is offered. */
export const turn = (form, key) => turns.get(form)?.(key);

for (const form of document.querySelectorAll("form[data-draft]")) begin(form);

/** Begins the keeping of one form. A form whose key is empty waits until it is turned to one. */
function begin(form) {
  const now = () => JSON.stringify(read(form));
  let key = form.dataset.draft, start = now(), isUnkept = false, isSent = false, isTurned = false, last = Promise.resolve();

  const say = (sentence) => { for (const state of form.querySelectorAll("[data-draft-state]")) state.textContent = sentence; };
  const keep = seldom(2000, () => {
    const to = key, json = read(form);
    last = last.then(async () => {
      const { status } = await keepDraft(to, { json });
      if (to !== key) return;
      isUnkept = status < 200 || status > 299;
      say(isUnkept ? word("draft-unkept") : word("draft-kept", { time: clock() }));
      if (isUnkept && !isSent) setTimeout(keep, 8000);
    });
    return last;
  });

  form.addEventListener("input", () => { if (key) { isUnkept = true; isSent = false; keep(); } });
  form.addEventListener("reset", () => isTurned || setTimeout(() => { keep.forget(); isUnkept = false; throwDraft(key); say(""); }));
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    isSent = true;
    sessionStorage.setItem(sentKey(key), now());
  });
  addEventListener("beforeunload", (event) => { if (isUnkept && !isSent && now() !== start) event.preventDefault(); });
  const hide = () => { if (keep.isWaiting() && !isSent) { keep.forget(); keepDraft(key, { json: read(form) }, true); isUnkept = false; } };
  document.addEventListener("visibilitychange", () => document.hidden && hide());

  async function look() {
    const of = key;
    start = now();
    if (await wasSent(form, of)) return throwDraft(of);
    const found = await findDraft(of);
    if (of !== key || !found || typeof found.body !== "object" || JSON.stringify(found.body) === now() || now() !== start) return;
    offer(form, of, found);
  }
  if (key) look();

  turns.set(form, async (other) => {
    if (other === key) return;
    if (keep.isWaiting()) keep.now(); // under the key of before
    key = form.elements.namedItem("draft").value = other;
    for (const note of form.querySelectorAll("[data-offer]")) note.remove();
    say("");
    isUnkept = isSent = false;
    isTurned = true;
    form.reset();
    isTurned = false;
    await null; // whoever turned it fills it in first
    look();
  });
}

/**
 * Whether the draft has arrived: the browser was sent on after the form went out, or the form came back
 * with all that was written in it.
 */
async function wasSent(form, key) {
  const sent = sessionStorage.getItem(sentKey(key));
  sessionStorage.removeItem(sentKey(key));
  if (sent === null) return false;
  const [visit] = performance.getEntriesByType("navigation");
  return (visit?.type === "navigate" && visit.redirectCount > 0) || sent === JSON.stringify(read(form));
}

function offer(form, key, found) {
  const note = make("div", { class: "note", role: "group", "data-offer": true, "aria-label": word("draft") }, make("p", {}, offerOf(found)),
    make("span", { class: "row" },
      button(word("use-it"), { act: "use", does: () => { note.remove(); write(form, found.body); firstOf(form)?.focus(); } }),
      button(word("throw-away"), { act: "throw", kind: "button small bare", does: () => { note.remove(); throwDraft(key); firstOf(form)?.focus(); } })));
  form.prepend(note);
}

const firstOf = (form) => fieldsOf(form).find((field) => field.type !== "radio" && field.offsetParent);
