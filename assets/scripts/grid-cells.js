// What stands in the rows and cells of a requirements table, and how one finds the next.
import { decimal } from "./parts.js";

/** Whether this row is a requirement, not a heading or a finding. */
export const isRow = (row) => Boolean(row?.matches("tr[data-number], tr[data-new]"));
export const isField = (cell) => Boolean(cell?.dataset.field);
export const rowOf = (node) => node?.closest("tr[data-number], tr[data-new]");
export const cellOf = (node) => node?.closest("td, th");
export const rowNumbered = (table, number) => table.querySelector(`tr[data-number="${CSS.escape(number)}"]`);
export const cellNamed = (row, field) => row?.querySelector(`td[data-field="${CSS.escape(field)}"]`);
export const fieldsOf = (row) => [...row.cells].filter(isField);

const head = (cell) => cell.closest("table").tHead?.rows[0].cells[cell.cellIndex];
// Kind and choices of a column may stand once at its head instead of in a thousand cells.
export const kindOf = (cell) => cell.dataset.kind ?? head(cell)?.dataset.kind ?? "line";
/** Whether the cell holds Markdown. */
export const isRich = (cell) => head(cell)?.dataset.rich !== undefined;
export const choicesOf = (cell) => JSON.parse(cell.dataset.choices ?? head(cell)?.dataset.choices ?? "[]");
export const headOf = (cell) => head(cell)?.textContent.trim() || cell.dataset.is || cell.dataset.field;

/** Whether the house asks for this field of each new requirement. */
export const isAsked = (cell) => head(cell)?.dataset.required !== undefined;

export const valueOf = (cell) => cell.dataset.value ?? cell.textContent.trim();
export const labelOf = (cell, value) => {
  if (kindOf(cell) === "decimal") return decimal(String(value ?? ""));
  if (kindOf(cell) !== "choice") return asTyped(cell, value);
  return choicesOf(cell).find(([code]) => code === value)?.[1] ?? String(value ?? "");
};

const sign = (1.5).toLocaleString(document.documentElement.lang || "en").charAt(1); // between whole and fraction
/** A value as a person types it: a number with the sign of their language. */
export const asTyped = (cell, value) => (kindOf(cell) === "number" ? String(value ?? "").replace(".", sign) : String(value ?? ""));

/** What is sent for a typed text: a number where the column holds numbers, a day as programs write it. */
export function fieldFrom(cell, text) {
  const kind = kindOf(cell), typed = text.trim();
  if (kind === "number") {
    if (typed === "") return null;
    return /^-?\d+([.,]\d+)?$/.test(typed) ? Number(typed.replace(",", ".")) : typed;
  }
  if (kind !== "day") return text;
  const [, day, month, year] = typed.match(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/) ?? [];
  return day ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : typed;
}

// The fields of a house travel apart from those that every house has; in the table they are columns like others.
const ofHouse = "extra.";
/** Fields by the names of their columns, as they are sent. */
export function parted(all) {
  const fields = {}, extra = {};
  for (const [name, value] of Object.entries(all)) {
    if (name.startsWith(ofHouse)) extra[name.slice(ofHouse.length)] = value;
    else fields[name] = value;
  }
  return { fields, extra };
}
/** The same the other way: what the server says, by the names of the columns. */
export const joined = ({ fields = {}, extra = {} }) => ({ ...fields,
  ...Object.fromEntries(Object.entries(extra).map(([key, value]) => [ofHouse + key, value])) });

/** Shows a value in its cell; what stands beside the value (a suspect mark) stays. */
export function show(cell, value, html) {
  const place = cell.querySelector("[data-shown]") ?? cell;
  if (html === undefined) place.textContent = labelOf(cell, value);
  else place.innerHTML = html;
}

/** Takes over what the server says a requirement is now. */
export function takeOver(row, said) {
  const { version, html = {} } = said, fields = joined(said);
  if (version !== undefined) row.dataset.version = version;
  for (const cell of fieldsOf(row)) {
    const { field } = cell.dataset;
    if (!(field in fields)) continue;
    cell.dataset.value = fields[field] ?? "";
    if (!cell.querySelector(".writer")) show(cell, fields[field], html[field]);
  }
  row.dispatchEvent(new Event("taken-over", { bubbles: true }));
}

/** The row after (or before) this one, across sections. */
export function rowBeside(row, forward) {
  let at = row;
  do at = beside(at, forward); while (at && !isRow(at));
  return at;
}

function beside(row, forward) {
  const near = forward ? row.nextElementSibling : row.previousElementSibling;
  if (near) return near;
  let group = row.parentElement;
  do group = forward ? group.nextElementSibling : group.previousElementSibling;
  while (group && !(group.localName === "tbody" && group.rows.length));
  return group ? group.rows[forward ? 0 : group.rows.length - 1] : null;
}

/** A row with all that hangs on it, such as the findings below it. */
export function withFindings(row) {
  const all = [row];
  while (all.at(-1).nextElementSibling?.matches(".found")) all.push(all.at(-1).nextElementSibling);
  return all;
}

/** Where a row stands: its section, and the number of the requirement before it there. */
export function placeOf(row) {
  let before = row.previousElementSibling;
  while (before && !before.dataset.number) before = before.previousElementSibling;
  return { section: row.parentElement.dataset.section, after: before?.dataset.number ?? null };
}

/** Puts a row, with its findings, below another one or at the head of a section; the focus stays in it. */
export function putAt(table, row, { section, after }) {
  const focused = document.activeElement;
  const group = [...table.tBodies].find((each) => each.dataset.section === section);
  const above = after ? withFindings(rowNumbered(table, after)).at(-1) : group.querySelector("tr.group");
  const all = withFindings(row);
  if (above) above.after(...all);
  else group.prepend(...all);
  if (row.contains(focused)) focused.focus({ preventScroll: true });
}

/** An empty row like another one, for a requirement that has no number yet. */
export function rowLike(model) {
  const row = model.cloneNode(true);
  row.classList.remove("at", "moving");
  row.removeAttribute("data-number");
  row.removeAttribute("data-version");
  row.removeAttribute("aria-selected");
  row.dataset.new = "";
  for (const cell of row.cells) {
    cell.removeAttribute("tabindex");
    if (isField(cell)) cell.dataset.value = "";
    if (!cell.querySelector("[type=checkbox], a.number")) cell.replaceChildren();
  }
  for (const mark of row.querySelectorAll("[type=checkbox]")) { mark.checked = false; mark.disabled = true; }
  name(row, model.dataset.number ?? "", "", "…");
  return row;
}

/** Gives a new row the number that the server gave its requirement. */
export function number(row, model, given) {
  row.dataset.number = given;
  row.removeAttribute("data-new");
  for (const mark of row.querySelectorAll("[type=checkbox]")) mark.disabled = false;
  name(row, "", given, given);
  const link = row.querySelector("a.number");
  const like = model?.querySelector("a.number")?.getAttribute("href");
  if (link && like) link.setAttribute("href", like.replaceAll(model.dataset.number, given));
}

function name(row, from, to, shown) {
  for (const mark of row.querySelectorAll("[type=checkbox]")) {
    const label = row.querySelector("label");
    mark.id = `mark-${to || "new"}`;
    if (mark.value) mark.value = to;
    if (!label) continue;
    label.htmlFor = mark.id;
    label.dataset.like ??= from ? label.textContent.replaceAll(from, "{number}") : label.textContent;
    label.textContent = label.dataset.like.replaceAll("{number}", shown);
  }
  const link = row.querySelector("a.number");
  if (!link) return;
  link.textContent = shown;
  if (!to) link.removeAttribute("href");
}
