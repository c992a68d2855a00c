// How cells copied from a spreadsheet come into a requirements table, and marked rows out of it.
import { button, fault, make, onceKey, titleOf, toast, word } from "./parts.js";
import { asTyped, choicesOf, fieldFrom, fieldsOf, headOf, isAsked, kindOf, number, placeOf, rowBeside, rowLike, takeOver, valueOf, withFindings } from "./grid-cells.js";
import { control } from "./grid-writer.js";

/** The cells of tab-separated text; a quoted cell may hold tabs, line ends and doubled quotes. */
export function cellsOfText(text) {
  const rows = [[]];
  let cell = "", quoted = false, started = false;
  const endCell = () => { rows.at(-1).push(cell); cell = ""; started = false; };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') { cell += sign; at += 1; }
      else quoted = false;
    } else if (sign === '"' && !started) { quoted = true; started = true; }
    else if (sign === "\t") endCell();
    else if (sign === "\n") { endCell(); rows.push([]); }
    else if (sign !== "\r" || text[at + 1] !== "\n") { cell += sign; started = true; }
  }
  if (cell || started || rows.at(-1).length) endCell();
  else rows.pop();
  return rows;
}

/** The cells of the first table in pasted HTML, or null. Scripts and pictures in it stay dead. */
export function cellsOfHtml(html) {
  const found = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  if (!found) return null;
  return [...found.rows].map((row) => [...row.cells].flatMap((cell) => {
    for (const end of cell.querySelectorAll("br, p + p, div + div")) end.before("\u0001");
    const text = cell.textContent.replace(/\s+/g, " ").replace(/ ?\u0001 ?/g, "\n").trim();
    return [text, ...Array(Math.max(0, Math.min(cell.colSpan, 50) - 1)).fill("")];
  }));
}

/** The text for a spreadsheet: tabs between cells, quotes where a cell needs them. */
export const textOfCells = (rows) => rows.map((row) => row.map((cell) => (/["\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t")).join("\n");

/** Begins the pasting into one table; `cursor()` is the cell one stands in, `go` moves there. */
export function pasting(table, saves, cursor, go) {
  const panel = make("div", { class: "paste", role: "group", "aria-label": word("paste") });

  function start(event) {
    const cell = cursor();
    if (!cell || event.target.closest(".writer, input:not([type=checkbox]), textarea, select")) return;
    const cells = cellsOfHtml(event.clipboardData.getData("text/html")) ?? cellsOfText(event.clipboardData.getData("text/plain"));
    if (!cells.length) return;
    event.preventDefault();
    const plan = planOf(cell, cells);
    if (plan.count || plan.unknown.length) offer(cell, plan);
    else toast(word("nothing-to-paste"));
  }

  /** What the pasted cells would do from this cell on, to the right and down. */
  function planOf(from, cells) {
    const columns = fieldsOf(from.parentElement).filter((cell) => cell.cellIndex >= from.cellIndex);
    const changes = [], unknown = [];
    let row = from.parentElement, last = row, count = 0, beyond = 0;
    for (const line of cells) {
      const fields = {};
      for (const [at, text] of line.slice(0, columns.length).entries()) {
        const cell = row?.cells[columns[at].cellIndex] ?? columns[at];
        const value = valueFrom(cell, text);
        if (value === undefined) unknown.push(word("unknown-choice", { text, field: headOf(cell) }));
        else if (row ? String(value ?? "") !== valueOf(cell) : text.trim()) fields[cell.dataset.field] = value;
      }
      beyond = Math.max(beyond, line.length - columns.length);
      count += Object.keys(fields).length;
      if (Object.keys(fields).length) changes.push({ row, fields });
      last = row ?? last;
      row &&= rowBeside(row, true);
    }
    return { changes, unknown, count, beyond, last };
  }

  function valueFrom(cell, text) {
    if (kindOf(cell) !== "choice") return fieldFrom(cell, text);
    const wanted = text.trim().toLowerCase();
    if (!wanted) return "";
    return choicesOf(cell).find(([code, label]) => [code.toLowerCase(), label.toLowerCase()].includes(wanted))?.[0];
  }

  function offer(cell, { changes, unknown, count, beyond, last }) {
    const added = changes.filter(({ row }) => !row).length;
    const asked = askedOf(cell, changes);
    const leave = () => { panel.remove(); for (const { row } of changes) row?.classList.remove("pasted"); go(cell, "here"); };
    const faults = make("div", { role: "status" });
    const send = async () => {
      const given = Object.fromEntries(asked.map(({ like, field }) => [like.dataset.field, fieldFrom(like, field.value)]));
      const empty = asked.find(({ like }) => !String(given[like.dataset.field] ?? "").trim());
      if (empty) {
        faults.replaceChildren(fault(word("asked-first", { field: headOf(empty.like) })));
        return empty.field.focus();
      }
      const whole = changes.map((each) => (each.row ? each : { ...each, fields: { ...given, ...each.fields } }));
      paste.setAttribute("aria-busy", "true");
      const outcome = await sendAll(whole, last, once);
      paste.removeAttribute("aria-busy");
      if (outcome.stale) once = onceKey(); // the next try says that their words were seen
      if (outcome.faults.length) return faults.replaceChildren(...outcome.faults.map(fault));
      leave();
      toast(word("pasted", { count }), { act: word("undo"), does: saves.undo });
    };
    let once = onceKey();
    const paste = button(word("paste"), { act: "paste", kind: "button small first", does: send });
    if (!count) paste.disabled = true;
    panel.replaceChildren(
      make("strong", {}, word("cells-in-rows", { cells: word("cells", { count }), rows: word("rows", { count: changes.length }) })),
      added ? make("span", { class: "fine" }, word("rows-added", { count: added })) : "",
      beyond > 0 ? make("span", { class: "fine" }, word("columns-beyond", { count: beyond })) : "",
      ...unknown.slice(0, 5).map((sentence) => make("span", { class: "state warn" }, sentence)),
      ...asked.map(({ like, field }) => make("label", { class: "row" }, word("asked-of-new", { field: headOf(like) }), field)),
      unknown.length > 5 ? make("span", { class: "fine" }, word("and-more", { count: unknown.length - 5 })) : "",
      make("span", { class: "row" }, paste, button(word("cancel"), { act: "cancel", kind: "button small bare", key: "Esc", does: leave })),
      faults);
    panel.onkeydown = (press) => { press.stopPropagation(); if (press.key === "Escape") leave(); };
    for (const { row } of changes) row?.classList.add("pasted");
    table.after(panel);
    (asked[0]?.field ?? (count ? paste : panel.querySelector("[data-act=cancel]"))).focus();
  }

  /** What the house asks of each new requirement and the pasted cells do not say: asked once for all of them. */
  function askedOf(cell, changes) {
    const added = changes.filter(({ row }) => !row);
    return fieldsOf(cell.parentElement).filter((like) => isAsked(like) && added.some(({ fields }) => !(like.dataset.field in fields)))
      .map((like) => ({ like, field: control(like, "", `paste-${like.dataset.field}`) }));
  }

  /** One request for all. A row without a number becomes a requirement below the one before it. */
  async function sendAll(changes, last, once) {
    const before = changes.filter(({ row }) => row).flatMap(({ row, fields }) => Object.entries(fields).map(([field, after]) => ({
      number: row.dataset.number, field, before: valueOf(row.querySelector(`[data-field="${CSS.escape(field)}"]`)), after })));
    const { section } = placeOf(last);
    let isFirst = true;
    const rows = changes.map(({ row, fields }) => {
      if (row) return { number: row.dataset.number, version: Number(row.dataset.version), fields };
      // Only the first names what it follows: each of the others follows the one before it.
      const place = isFirst ? { section, after: last.dataset.number } : { section };
      isFirst = false;
      const text = fields.title ?? fields.statement ?? Object.values(fields)[0];
      return { ...place, title: titleOf(String(text ?? "")), fields };
    });
    const outcome = await saves.many({ set: table.dataset.set, rows }, word("pasting"), before, once);
    if (!outcome.faults.length) add(outcome.rows, last);
    return outcome;
  }

  function add(made, last) {
    let above = last;
    for (const each of made.filter((line) => !table.querySelector(`tr[data-number="${CSS.escape(line.number)}"]`))) {
      const row = rowLike(last);
      withFindings(above).at(-1).after(row);
      number(row, last, each.number);
      takeOver(row, each);
      above = row;
    }
  }

  function copy(event) {
    const cell = cursor();
    if (!cell || event.target.closest(".writer") || !getSelection().isCollapsed) return;
    const marked = [...table.querySelectorAll("tr[data-number]:has([type=checkbox]:checked)")];
    const rows = marked.length ? marked.map((row) => [row.dataset.number, ...fieldsOf(row).map((each) => asTyped(each, valueOf(each)))])
      : [[cell.dataset.field ? asTyped(cell, valueOf(cell)) : cell.textContent.trim()]];
    event.preventDefault();
    event.clipboardData.setData("text/plain", textOfCells(rows));
    toast(marked.length ? word("copied", { count: marked.length }) : word("copied-cell"));
  }

  table.addEventListener("paste", start);
  table.addEventListener("copy", copy);
}
