// How several requirements are marked in the table, and given one value together.
import { button, fault, make, toast, word } from "./parts.js";
import { fieldFrom, fieldsOf, headOf, isRow, rowBeside, rowOf } from "./grid-cells.js";
import { control } from "./grid-writer.js";
import { fieldsNow } from "./grid-saves.js";

const markOf = (row) => row?.querySelector("[type=checkbox]");

/**
 * Begins the marking in one table. The bar is the page's form `form[data-marked]`, which can do without
 * this script what the server offers (withdraw); here it gains a count and "set a field".
 */
export function marking(table, saves, back) {
  const bar = document.querySelector("form[data-marked]");
  const count = make("span", { "data-count": true, role: "status" });
  const set = make("form", { class: "row", "data-set-field": true });
  const faults = make("div", { role: "status" });
  let last = null;

  const tools = make("div", { class: "bulk", role: "group", "aria-label": word("with-marked"), hidden: true }, count, set, faults);
  const leave = button(word("unmark"), { act: "unmark", kind: "button small bare", does: unmark });
  if (bar) { bar.classList.replace("bulk", "row"); bar.before(tools); }
  tools.append(...[bar, leave].filter(Boolean));
  if (!bar) table.closest(".table-sheet, div, main").append(tools);

  const marked = () => [...table.querySelectorAll("tr[data-number]:has([type=checkbox]:checked)")];

  function draw() {
    const rows = marked();
    tools.hidden = rows.length === 0;
    count.textContent = word("marked", { count: rows.length });
    if (rows.length && !set.childElementCount) fillIn(rows[0]);
    if (!rows.length) last = null;
  }

  /** The part of the bar that sets one field: which, and to what. */
  function fillIn(row) {
    const cells = fieldsOf(row);
    const which = make("select", { class: "input", name: "field", "aria-label": word("field") });
    for (const cell of cells) which.append(make("option", { value: cell.dataset.field }, headOf(cell)));
    const place = make("span", {});
    const chosen = () => cells.find((cell) => cell.dataset.field === which.value);
    const draw = () => {
      const field = control(chosen(), "", "set-marked");
      field.classList.add("input");
      field.setAttribute("aria-label", word("new-value"));
      if (field.localName === "textarea") field.rows = 1;
      place.replaceChildren(field);
    };
    which.addEventListener("change", draw);
    const first = cells.find((cell) => cell.dataset.kind === "choice");
    if (first) which.value = first.dataset.field;
    draw();
    set.replaceChildren(which, place, button(word("set-marked"), { act: "set", type: "submit" }));
    set.onsubmit = (event) => { event.preventDefault(); setAll(chosen(), place.firstChild.value); };
  }

  async function setAll(like, typed) {
    const rows = marked(), { field } = like.dataset, value = fieldFrom(like, typed);
    const cells = rows.flatMap((row) => fieldsNow(row, [field])).map((cell) => ({ ...cell, after: value }));
    const said = word("field-of-many", { field: headOf(like), count: rows.length });
    const outcome = await saves.many({ numbers: rows.map((row) => row.dataset.number), fields: { [field]: value } }, said, cells);
    faults.replaceChildren(...outcome.faults.map(fault));
    if (!outcome.faults.length) toast(said, { act: word("undo"), does: saves.undo });
  }

  function unmark() {
    for (const row of marked()) markOf(row).checked = false;
    draw();
    back();
  }

  /** Marks a row or takes its mark; with `range` all from the last one touched. */
  function toggle(row, range) {
    const mark = markOf(row);
    if (!mark || mark.disabled) return;
    mark.checked = !mark.checked;
    reach(row, range);
  }

  function reach(row, range) {
    if (range && last?.isConnected && last !== row) {
      const isDown = Boolean(last.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
      for (let at = last; at && at !== row; at = rowBeside(at, isDown)) if (isRow(at) && markOf(at)) markOf(at).checked = markOf(row).checked;
    }
    last = row;
    draw();
  }

  table.addEventListener("click", (event) => {
    if (event.target.matches("[type=checkbox]")) reach(rowOf(event.target), event.shiftKey);
  });
  draw();
  return { toggle, unmark, isAny: () => !tools.hidden };
}
