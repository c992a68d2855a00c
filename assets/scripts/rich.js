// Helps to write rich text: puts the line of a picture where one writes, and what is pasted with its form as Markdown.
import { ask } from "./parts.js";

const areas = [...document.querySelectorAll("form textarea")];
const FORM = "table, ul, ol, b, strong, i, em, s, del, h1, h2, h3, h4, h5, h6, a[href], pre, code, blockquote";
let last = areas[0];

/** Puts words in the place of others, through the browser's own editing, so that its undo takes them back. */
function put(area, words, start = area.selectionStart, end = area.selectionEnd) {
  area.focus();
  area.setSelectionRange(start, end);
  if (document.execCommand("insertText", false, words)) return;
  area.setRangeText(words, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function paste(event) {
  const area = event.currentTarget;
  const html = event.clipboardData.getData("text/html"), plain = event.clipboardData.getData("text/plain");
  if (!html || !new DOMParser().parseFromString(html, "text/html").querySelector(FORM)) return;
  event.preventDefault();
  const { selectionStart: start, selectionEnd: end } = area;
  const { status, body } = await ask("POST", "/api/v1/markdown", { json: { html } });
  put(area, (status === 200 && body.markdown) || plain, start, end);
}

for (const area of areas) {
  area.addEventListener("focus", () => { last = area; });
  if (/^(statement|rationale|intended_use|prose.*)$/.test(area.name)) area.addEventListener("paste", paste);
}

for (const place of document.querySelectorAll("[data-picture]")) {
  if (!last) break;
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => put(last, place.dataset.picture));
}
