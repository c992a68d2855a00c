// Lets a person highlight words of a message or file and make a requirement of them.
import "./rich.js";
import "./wording.js";
import { turn } from "./draft.js";
import { button, make, hasLetters, isTyping, titleOf, word } from "./parts.js";

const around = 32; // code points kept before and after a passage, so that it is found again

const joins = /[\p{L}\p{N}\p{M}_]/u;
const links = /[-'’.,/·]/u; // within a word or a number: 8.7, don't, PTFE-jacketed
const lengthIn = (text) => { let count = 0; for (const _ of text) count += 1; return count; };

/** Widens a stretch of code points to whole words and takes blanks off its ends. */
export function snapped(signs, start, end) {
  const isInside = (at) => joins.test(signs[at] ?? "") ||
    (links.test(signs[at] ?? "") && joins.test(signs[at - 1] ?? "") && joins.test(signs[at + 1] ?? ""));
  while (start < end && /\s/u.test(signs[start])) start += 1;
  while (end > start && /\s/u.test(signs[end - 1])) end -= 1;
  if (start === end) return null;
  while (start > 0 && isInside(start) && isInside(start - 1)) start -= 1;
  while (end < signs.length && isInside(end - 1) && isInside(end)) end += 1;
  return [start, end];
}

/** The chosen words of one text: where they are in code points, and what stands around them. */
function passageOf(selection) {
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const words = elementOf(range.startContainer)?.closest(".words") ?? elementOf(range.endContainer)?.closest(".words");
  if (!words?.dataset.source || !words.contains(range.startContainer)) return null;
  const signs = [...words.textContent];
  // Offsets are only true on the very text that the server holds.
  if (signs.length !== Number(words.dataset.length)) return null;
  const before = document.createRange();
  before.selectNodeContents(words);
  before.setEnd(range.startContainer, range.startOffset);
  const from = lengthIn(before.toString());
  // A selection that ends outside (a triple click does) is cut at the end of the text.
  const inside = range.cloneRange();
  if (!words.contains(range.endContainer)) inside.setEnd(words, words.childNodes.length);
  const found = snapped(signs, from, from + lengthIn(inside.toString()));
  if (!found) return null;
  const [start, end] = found;
  const text = (one, other) => signs.slice(Math.max(0, one), other).join("");
  return { words, start, end, source: words.dataset.source, exact: text(start, end),
    prefix: text(start - around, start), suffix: text(end, end + around) };
}

const elementOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);

/** The range of these code points in the page. */
function rangeOf({ words, start, end }) {
  const range = document.createRange();
  const texts = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  let passed = 0;
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const length = lengthIn(node.data);
    const units = (count) => [...node.data].slice(0, count).join("").length;
    if (start >= passed && start <= passed + length) range.setStart(node, units(start - passed));
    if (end > passed && end <= passed + length) { range.setEnd(node, units(end - passed)); break; }
    passed += length;
  }
  return range;
}

const form = document.getElementById("capture");
const bar = make("span", { class: "picks", role: "toolbar", "aria-label": word("picks") },
  button(word("make-requirement"), { act: "requirement", key: "r", kind: "button small", does: () => capture() }));
const dialog = make("dialog", { class: "beside", "aria-label": word("new-requirement") });
let passage = null, opener = null;

if (form) {
  document.addEventListener("selectionchange", () => dialog.open || setTimeout(follow, 150));
  document.addEventListener("pointerup", () => setTimeout(() => { if (!dialog.open) { follow(); select(); } }));
  document.addEventListener("keydown", press);
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); leave(); } });
  for (const cancel of form.querySelectorAll("[data-cancel]")) cancel.addEventListener("click", (event) => { event.preventDefault(); leave(); });
}

/** Shows the bar where words are chosen, hides it where none are. */
function follow() {
  if (dialog.open || bar.contains(document.activeElement)) return;
  passage = passageOf(getSelection());
  if (!passage) return bar.remove();
  passage.words.after(bar);
  const at = rangeOf(passage).getClientRects(), last = at[at.length - 1];
  if (!last) return;
  bar.style.position = "absolute";
  const base = bar.offsetParent?.getBoundingClientRect() ?? document.documentElement.getBoundingClientRect();
  const room = document.documentElement.clientWidth - bar.offsetWidth - 8;
  bar.style.insetInlineStart = "auto";
  bar.style.left = `${Math.max(8, Math.min(last.right - bar.offsetWidth / 2, room)) - base.left}px`;
  bar.style.top = `${last.bottom + 6 - base.top}px`;
}

/** Lets the person see the whole words that would be taken. */
function select() {
  if (!passage) return;
  const range = rangeOf(passage), now = getSelection().getRangeAt(0);
  const isSame = now.compareBoundaryPoints(Range.START_TO_START, range) === 0 && now.compareBoundaryPoints(Range.END_TO_END, range) === 0;
  if (!isSame) getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "Escape") return bar.remove();
  if (event.key !== "r" || !hasLetters()) return;
  passage = passageOf(getSelection()) ?? passage;
  if (!passage || dialog.open) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  capture();
}

/** Opens the page's form beside the text, filled with what was chosen. */
function capture() {
  if (!passage) return;
  opener = passage.words;
  turn(form, `passage:${passage.source}`); // what is half written at one text stays there
  const statement = passage.exact.replace(/\s+/gu, " ").trim();
  const filled = { text: passage.source, start: passage.start, end: passage.end, exact: passage.exact,
    prefix: passage.prefix, suffix: passage.suffix, statement, title: titleOf(statement) };
  for (const [name, value] of Object.entries(filled)) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  // The selection goes when the focus moves; the words stay marked as long as the form is open.
  if (globalThis.Highlight) CSS.highlights.set("picked", new Highlight(rangeOf(passage)));
  bar.remove();
  form.hidden = false;
  dialog.append(form);
  if (!dialog.isConnected) document.body.append(dialog);
  dialog.show();
  (form.querySelector("[autofocus]") ?? form.elements.namedItem("statement") ?? form.querySelector("input:not([type=hidden]), textarea, select"))?.focus();
}

function leave() {
  dialog.close();
  globalThis.CSS?.highlights?.delete("picked");
  passage = null;
  getSelection().removeAllRanges();
  opener.tabIndex = -1;
  opener.focus({ preventScroll: true });
}

/** Brings somebody to a place of this page: into view, focused, and in the address. */
function jump(id) {
  const target = document.getElementById(id);
  if (!target) return false;
  if (location.hash !== `#${id}`) history.pushState(null, "", `#${id}`);
  if (!target.matches("a[href], button, input, [tabindex]")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
  return true;
}

// From the marked words to the note in the margin, and back.
document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const mark = event.target.closest("mark[data-passage]");
  if (mark && getSelection().isCollapsed && !event.target.closest(`a:not([href^="#"])`)) {
    if (jump(`note-${mark.dataset.passage}`)) event.preventDefault();
    return;
  }
  const back = event.target.closest('a[href^="#passage-"], a[href^="#note-"]');
  if (back && jump(back.hash.slice(1))) event.preventDefault();
});
const arrive = () => /^#(passage|note)-/.test(location.hash) && jump(location.hash.slice(1));
addEventListener("hashchange", arrive);
arrive();
