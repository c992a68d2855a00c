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

for (const form of document.querySelectorAll("form[data-draft]")) begin(form);

async function begin(form) {
  const key = form.dataset.draft, start = JSON.stringify(read(form));
  const now = () => JSON.stringify(read(form));
  let isUnkept = false, isSent = false, last = Promise.resolve();

  const say = (sentence) => { for (const state of form.querySelectorAll("[data-draft-state]")) state.textContent = sentence; };
  const keep = seldom(2000, () => {
    last = last.then(async () => {
      const { status } = await keepDraft(key, { json: read(form) });
      isUnkept = status < 200 || status > 299;
      say(isUnkept ? word("draft-unkept") : word("draft-kept", { time: clock() }));
      if (isUnkept && !isSent) setTimeout(keep, 8000);
    });
    return last;
  });

  form.addEventListener("input", () => { isUnkept = true; isSent = false; keep(); });
  form.addEventListener("reset", () => setTimeout(() => { keep.forget(); isUnkept = false; throwDraft(key); say(""); }));
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    isSent = true;
    sessionStorage.setItem(sentKey(key), now());
  });
  addEventListener("beforeunload", (event) => { if (isUnkept && !isSent && now() !== start) event.preventDefault(); });
  const hide = () => { if (keep.isWaiting() && !isSent) { keep.forget(); keepDraft(key, { json: read(form) }, true); isUnkept = false; } };
  document.addEventListener("visibilitychange", () => document.hidden && hide());

  if (await wasSent(form, key)) return throwDraft(key);
  const found = await findDraft(key);
  if (!found || typeof found.body !== "object" || JSON.stringify(found.body) === now() || now() !== start) return;
  offer(form, key, found);
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
  const note = make("div", { class: "note", role: "group", "aria-label": word("draft") }, make("p", {}, offerOf(found)),
    make("span", { class: "row" },
      button(word("use-it"), { act: "use", does: () => { note.remove(); write(form, found.body); firstOf(form)?.focus(); } }),
      button(word("throw-away"), { act: "throw", kind: "button small bare", does: () => { note.remove(); throwDraft(key); firstOf(form)?.focus(); } })));
  form.prepend(note);
}

const firstOf = (form) => fieldsOf(form).find((field) => field.type !== "radio" && field.offsetParent);
