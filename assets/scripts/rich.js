// Helps to write rich text, which is Markdown: its signs by buttons and keys, how it will read, the line of a picture,
// and what is pasted with its form.
import { ask, button, make, reasons, seldom, word } from "./parts.js";

const FORM = "tr ~ tr, td ~ td, th ~ td, ul, ol, b, strong, i, em, s, del, h1, h2, h3, h4, h5, h6, a[href], pre, code, blockquote";
const areas = [...document.querySelectorAll("textarea[data-rich]")];
let last = areas[0];

/** Puts words in the place of others, through the browser's own editing, so that its undo takes them back. */
function put(area, words, start = area.selectionStart, end = area.selectionEnd) {
  area.focus();
  area.setSelectionRange(start, end);
  if (document.execCommand(words ? "insertText" : "delete", false, words)) return;
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

/** Puts a sign on both sides of the chosen words, or takes it away. */
function around(area, sign) {
  const { value } = area, size = sign.length;
  let { selectionStart: start, selectionEnd: end } = area;
  while (start < end && /\s/.test(value[start])) start += 1;
  while (end > start && /\s/.test(value[end - 1])) end -= 1;
  const isThere = start >= size && value.slice(start - size, start) === sign && value.slice(end, end + size) === sign;
  if (isThere) put(area, value.slice(start, end), start - size, end + size);
  else put(area, sign + value.slice(start, end) + sign, start, end);
  const moved = isThere ? -size : size;
  area.setSelectionRange(start + moved, end + moved);
}

/** Makes the chosen lines a list, or lines again. */
function list(area) {
  const { value, selectionStart, selectionEnd } = area;
  const start = value.slice(0, selectionStart).lastIndexOf("\n") + 1, after = value.indexOf("\n", selectionEnd);
  const end = after < 0 ? value.length : after, lines = value.slice(start, end).split("\n");
  const isList = lines.every((line) => line.startsWith("- "));
  put(area, lines.map((line) => (isList ? line.slice(2) : line.startsWith("- ") ? line : `- ${line}`)).join("\n"), start, end);
}

function link(area) {
  const { selectionStart: start, selectionEnd: end } = area, words = area.value.slice(start, end), begun = "https://";
  put(area, `[${words}](${begun})`, start, end);
  const to = start + words.length + 3;
  area.setSelectionRange(words ? to : start + 1, words ? to + begun.length : start + 1);
}

/** Begins a table below the line in which one writes, and goes into its first cell. */
function table(area) {
  const { value, selectionEnd } = area, line = value.indexOf("\n", selectionEnd), at = line < 0 ? value.length : line;
  const gap = !value.slice(0, at).trim() ? "" : /\n\s*$/.test(value.slice(0, at)) ? "\n" : "\n\n";
  put(area, `${gap}|  |  |\n| --- | --- |\n|  |  |\n`, at, at);
  area.setSelectionRange(at + gap.length + 2, at + gap.length + 2);
}

const bold = (area) => around(area, "**");
const italic = (area) => around(area, "_");
const signs = [["bold", bold, "B"], ["italic", italic, "I"], ["list", list], ["web-link", link], ["table", table]];

function press(event) {
  const does = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && { b: bold, i: italic }[event.key];
  if (!does) return;
  event.preventDefault();
  does(event.currentTarget);
}

/** From now on keys and pasting make Markdown in this field. */
export function enrich(area) {
  area.addEventListener("paste", paste);
  area.addEventListener("keydown", press);
}

/** The buttons below a field: one stop of the Tab key, arrows within. */
function tools(area) {
  const field = area.labels[0]?.textContent ?? "";
  const shown = make("div", { class: "prose" });
  const place = make("div", { class: "preview", role: "group", "aria-label": word("preview-of", { field }), hidden: true }, shown);
  const toggle = button(word("preview"), { act: "preview", kind: "button small bare", does: () => turn(place.hidden) });
  const bar = make("div", { class: "writing-tools", role: "toolbar", "aria-label": word("form-of", { field }) },
    ...signs.map(([name, does, key]) => {
      const made = button(word(name), { act: name, kind: "button small bare", does: () => does(area) });
      if (key) made.title = `Ctrl ${key}`;
      return made;
    }), toggle);

  async function look() {
    const markdown = area.value;
    if (!markdown.trim()) return shown.replaceChildren(make("p", { class: "quiet-text" }, word("nothing-written")));
    const answer = await ask("POST", "/api/v1/markdown/html", { json: { markdown } });
    if (area.value !== markdown) return;
    if (answer.status === 200) shown.innerHTML = answer.body.html;
    else shown.textContent = reasons(answer).join(" ");
  }
  const soon = seldom(400, look);
  area.addEventListener("input", () => { if (!place.hidden) soon(); });

  function turn(isOpen) {
    place.hidden = !isOpen;
    toggle.setAttribute("aria-pressed", isOpen);
    if (isOpen) look();
  }
  turn(false);

  const all = [...bar.children];
  const stop = (at) => all.forEach((it, place) => { it.tabIndex = place === at ? 0 : -1; });
  stop(0);
  bar.addEventListener("keydown", ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const at = (all.indexOf(document.activeElement) + step + all.length) % all.length;
    stop(at);
    all[at].focus();
  });
  area.after(bar, place);
}

for (const area of areas) {
  area.addEventListener("focus", () => { last = area; });
  enrich(area);
  tools(area);
}

for (const place of document.querySelectorAll("[data-picture]")) {
  if (!last) break;
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => put(last, place.dataset.picture));
}
