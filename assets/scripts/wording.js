// Tells, while one writes a requirement, what its words leave open: marks them, says why, puts better ones in.
import { ask, button, make, symbol, word } from "./parts.js";

const pause = 400; // milliseconds after the last key
const waits = new WeakMap(); // field → its timer
const rounds = new WeakMap(); // field → how often it was asked about, so that a late answer is left out
const unders = new WeakMap(); // field → the layer that carries the marks

const named = (form, name) => form.elements.namedItem(name)?.value ?? "";

/** The field whose findings a place shows; where a page asks for several, each place says which. */
const statementOf = (form, place) => form.elements.namedItem(place.dataset.findings || "statement");

/** What is asked about a field, and where the answer comes to stand; null where its words are no requirement. */
function caseOf(field) {
  const cell = field.closest('table[data-grid] td[data-field="statement"]');
  if (cell && field.name === "written") return inTable(field, cell);
  const form = field.closest("form");
  const place = form?.querySelector("[data-findings]");
  const statement = place && statementOf(form, place);
  if (!statement) return null;
  const [, kind, number] = /\/(requirements|requirement-sets)\/([^/]+)\//.exec(form.getAttribute("action")) ?? [];
  const fields = Object.fromEntries(["kind", "value", "lower", "upper", "characteristic", "unit", "product", "acceptance"].map((name) => [name, named(form, name)]));
  // Who is still writing the statement was not asked for the criterion yet.
  if (!fields.acceptance && field === statement) delete fields.acceptance;
  // Where words are captured the choice names a section of the set, too: RS-2026-0017#key.
  const set = kind === "requirement-sets" ? number : named(form, "set").split("#")[0];
  const parts = Object.fromEntries([["statement", statement], ["acceptance", form.elements.namedItem("acceptance")]].filter(([, it]) => it));
  return { field: statement, parts, place, asked: { ...fields, statement: statement.value, set, number: kind === "requirements" ? number : "" } };
}

function inTable(field, cell) {
  const row = cell.closest("tr"), writer = field.closest(".writer");
  let place = writer.querySelector("[data-findings]");
  if (!place) {
    place = make("div", { "data-findings": true, role: "status" });
    writer.querySelector(".says").before(place);
  }
  const set = cell.closest("table").dataset.set;
  return { field, parts: { statement: field }, place, asked: { statement: field.value, set, number: row.dataset.number ?? "", ...valuesOf(row) } };
}

/** What stands in the other cells of a row. */
function valuesOf(row) {
  const names = ["kind", "acceptance", "value", "lower", "upper", "characteristic", "unit", "product"];
  const cells = names.map((name) => [name, row.querySelector(`td[data-field="${name}"]`)]).filter(([, cell]) => cell);
  return Object.fromEntries(cells.map(([name, cell]) => [name, cell.dataset.value ?? cell.textContent.trim()]));
}

async function look(at) {
  const it = caseOf(at);
  if (!it) return;
  const round = (rounds.get(it.field) ?? 0) + 1;
  rounds.set(it.field, round);
  if (!it.asked.statement.trim()) return show(it, { findings: [], contradictions: [] });
  const { status, body } = await ask("POST", "/api/v1/wording", { json: it.asked });
  if (rounds.get(it.field) !== round || !it.field.isConnected) return;
  if (status === 200) show(it, { ...body, findings: open(body.findings), contradictions: open(body.contradictions) });
}

/** What nobody let stand. */
const open = (found) => found.filter(({ dismissed }) => dismissed === null);

function show({ field, parts, place }, { findings, contradictions, pattern_name: pattern }) {
  for (const [name, part] of Object.entries(parts)) {
    const here = findings.filter((it) => it.field === name && it.end > it.start);
    if (part === field || here.length || unders.has(part)) mark(part, here);
  }
  const id = `${field.id}-findings`;
  place.id = id;
  const described = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean)).add(id);
  if (findings.length || contradictions.length) field.setAttribute("aria-describedby", [...described].join(" "));
  const focused = place.contains(document.activeElement);
  // Which pattern was recognised is reported, and forced on nobody.
  const said = pattern ? [make("p", { class: "fine" }, pattern)] : [];
  place.replaceChildren(...said, ...contradictions.map(contradiction), ...(findings.length ? [
    make("p", { class: "fine" }, word("findings", { count: findings.length })),
    make("ul", { class: "plain findings" }, ...findings.map((it) => make("li", {}, finding(parts[it.field], it)))),
  ] : []));
  if (focused) field.focus();
}

/** What cannot be met together with what is typed: which requirement says so, and what it wants. */
function contradiction({ characteristic, second, why }) {
  return make("div", { class: "finding error" },
    make("strong", { class: "row" }, symbol("warn", "icon"), make("span", {}, `${characteristic}: ${second.number} (${second.set})`),
      make("span", { class: "fine" }, second.wanted)),
    make("span", {}, second.statement),
    make("span", {}, why));
}

function finding(field, it) {
  const said = make("div", { class: `finding ${it.severity}` },
    make("strong", { class: "row" }, symbol("warn", "icon"), make("span", {}, it.words ? `${it.name}: ${it.words}` : it.name),
      make("span", { class: "fine" }, it.weight)),
    make("span", {}, it.why));
  if (!field) said.append(...it.suggestions.map((words) => make("span", { class: "fine" }, word("instead", { words }))));
  if (field && it.suggestions.length) {
    said.append(make("span", { class: "row" }, ...it.suggestions.map((words) =>
      button(words ? word("put-in", { words }) : word("leave-out"), { act: "put-in", does: () => put(field, it, words) }))));
  }
  return said;
}

/** Puts words in the place of those that were found, and the cursor into their first gap. */
function put(field, { start, end, words: found }, words) {
  const signs = [...field.value];
  // Whoever wrote on meanwhile is asked about the new words first.
  if (signs.slice(start, end).join("") !== found) return look(field);
  let before = signs.slice(0, start).join(""), after = signs.slice(end).join("");
  // What begins with a stop ends the sentence before it.
  if (words.startsWith(".")) before = before.trimEnd().replace(/[,;]$/, "");
  if (!words) after = before === "" || /\s$/.test(before) ? after.trimStart() : after;
  if (!words && !before.trim()) after = after.replace(/^[,;]\s*/, "");
  if (!words && /^[.,;:!?]/.test(after)) before = before.trimEnd().replace(after.startsWith(",") ? /[,;]$/ : /[,;]?$/, "");
  field.focus();
  field.setSelectionRange(0, field.value.length);
  const whole = before + words + after;
  // Through the browser's own editing, so that its undo brings the old words back.
  if (!document.execCommand("insertText", false, whole) || field.value !== whole) field.value = whole;
  const gap = words.indexOf("…");
  const at = before.length + (gap < 0 ? words.length : gap);
  field.setSelectionRange(at, at + (gap < 0 ? 0 : 1));
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Underlines found words in a field by a layer below it that shows the same text. */
function mark(field, findings) {
  const under = unders.get(field) ?? layer(field);
  const signs = [...field.value];
  const parts = [];
  let end = 0;
  for (const it of findings) {
    if (it.start < end) continue;
    parts.push(signs.slice(end, it.start).join(""), make("mark", { class: `finding-words ${it.severity}` }, signs.slice(it.start, it.end).join("")));
    end = it.end;
  }
  under.replaceChildren(...parts, `${signs.slice(end).join("")}\u200b`);
  fit(field, under);
}

function layer(field) {
  const under = make("div", { class: "marked-under", "aria-hidden": "true" });
  unders.set(field, under);
  field.parentElement.classList.add("marked-field");
  field.classList.add("marked-over");
  field.before(under);
  field.addEventListener("scroll", () => fit(field, under));
  new ResizeObserver(() => fit(field, under)).observe(field);
  return under;
}

function fit(field, under) {
  const box = getComputedStyle(field);
  for (const side of ["font", "letterSpacing", "lineHeight", "padding", "borderWidth", "textAlign"]) under.style[side] = box[side];
  under.style.top = `${field.offsetTop}px`;
  under.style.left = `${field.offsetLeft}px`;
  under.style.width = `${field.offsetWidth}px`;
  under.style.height = `${field.offsetHeight}px`;
  under.scrollTop = field.scrollTop;
}

document.addEventListener("input", ({ target }) => {
  if (!(target instanceof HTMLElement) || !("name" in target)) return;
  const { field, parts } = caseOf(target) ?? {};
  if (!field) return;
  clearTimeout(waits.get(field));
  // Marks of the words before would stand beside the new ones.
  for (const part of Object.values(parts)) unders.get(part)?.replaceChildren();
  waits.set(field, setTimeout(look, pause, target));
});
// What a table cell holds is looked at as soon as it is opened.
document.addEventListener("focusin", ({ target }) => {
  if (target.closest?.('table[data-grid] td[data-field="statement"] .writer') && !unders.has(target)) look(target);
});
for (const place of document.querySelectorAll("form [data-findings]")) {
  const form = place.closest("form");
  const statement = statementOf(form, place), acceptance = form.elements.namedItem("acceptance");
  if (statement?.value.trim()) look(acceptance ?? statement);
}

/** What was saved in the table is told below its row. */
document.addEventListener("taken-over", async ({ target: row }) => {
  if (!row.dataset?.number) return;
  const statement = row.querySelector('td[data-field="statement"]');
  const set = row.closest("table").dataset.set;
  const { status, body } = await ask("POST", "/api/v1/wording", {
    json: { statement: statement.dataset.value ?? statement.textContent.trim(), set, number: row.dataset.number, ...valuesOf(row) },
  });
  if (status !== 200) return;
  if (row.nextElementSibling?.matches(".found")) row.nextElementSibling.remove();
  const findings = open(body.findings).filter(({ severity }) => severity !== "hint");
  const contradictions = open(body.contradictions).map(contradiction);
  if (!findings.length && !contradictions.length) return;
  const said = findings.map((it) => make("span", {}, symbol("warn", "icon"), " ", make("strong", {}, it.words ? `${it.name}: ${it.words}` : it.name), ` ${it.why}`));
  row.after(make("tr", { class: "found" }, make("td", { colspan: row.cells.length }, ...contradictions, ...(said.length ? [make("div", { class: "finding" }, ...said)] : []))));
});
