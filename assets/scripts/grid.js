// Lets a requirement set be worked on as a table: a cursor of cells, and what each key does there.
import { hasLetters, toast, word } from "./parts.js";
import { cellOf, fieldsOf, isField, isRow, rowBeside, rowLike, rowOf, withFindings } from "./grid-cells.js";
import { marking } from "./grid-marks.js";
import { moving } from "./grid-moves.js";
import { pasting } from "./grid-paste.js";
import { saves as savesOf } from "./grid-saves.js";
import { writerIn, writing } from "./grid-writer.js";

for (const table of document.querySelectorAll("table[data-grid]")) begin(table);

function begin(table) {
  let at = null; // the cell of the cursor

  table.setAttribute("role", "grid");
  table.setAttribute("aria-multiselectable", "true");
  // One stop of the Tab key for the whole table; inside it the arrows lead to links and marks.
  for (const inner of table.querySelectorAll("tr[data-number] :is(th a, a.number, [type=checkbox])")) inner.tabIndex = -1;
  const firstRow = table.querySelector("tr[data-number], tr[data-new]");
  if (firstRow) stand(fieldsOf(firstRow)[0] ?? firstRow.cells[0]);

  const writer = writing(table, go);
  const saves = savesOf(table, { ...writer.shows, leaves });
  writer.use(saves);
  const moves = moving(table, saves);
  const marks = marking(table, saves, () => go(at, "here"));
  pasting(table, saves, () => (table.contains(document.activeElement) ? at : null), go);
  writer.offerKept();

  // What takes the focus in a cell: its one link or mark, else the cell.
  function focusOf(cell) {
    return isField(cell) ? cell : (cell.querySelector("a, [type=checkbox]") ?? cell);
  }

  function stand(cell) {
    if (at) focusOf(at).tabIndex = -1;
    at?.parentElement?.classList.remove("at");
    at = cell;
    focusOf(at).tabIndex = 0;
    at.parentElement.classList.add("at");
  }

  function go(cell, where = "here") {
    const to = target(cell, where) ?? cell;
    if (!to?.isConnected) return;
    stand(to);
    focusOf(to).focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** A row that is no longer of the set; the cursor goes to the one beside it. */
  function leaves(row) {
    const near = rowBeside(row, false) ?? rowBeside(row, true);
    if (!near) return location.reload(); // the page has the row in which an empty set begins
    if (row.contains(at)) go(near.cells[at.cellIndex]);
    for (const line of withFindings(row)) line.remove();
  }

  function target(cell, where) {
    const row = cell.parentElement, column = cell.cellIndex;
    switch (where) {
      case "up": return rowBeside(row, false)?.cells[column];
      case "down": return rowBeside(row, true)?.cells[column];
      case "left": return cell.previousElementSibling;
      case "right": return cell.nextElementSibling;
      case "next": return fieldsOf(row).find((each) => each.cellIndex > column) ?? (rowBeside(row, true) && fieldsOf(rowBeside(row, true))[0]);
      case "before": return fieldsOf(row).findLast((each) => each.cellIndex < column) ?? (rowBeside(row, false) && fieldsOf(rowBeside(row, false)).at(-1));
      case "start": return row.cells[0];
      case "end": return row.cells[row.cells.length - 1];
      case "top": return table.querySelector("tr[data-number], tr[data-new]")?.cells[column];
      case "bottom": return lastRow()?.cells[column];
      case "page-up": return jump(row, false)?.cells[column];
      case "page-down": return jump(row, true)?.cells[column];
      default: return cell;
    }
  }

  function lastRow() {
    const row = [...table.tBodies].findLast((group) => group.rows.length)?.lastElementChild;
    return isRow(row) ? row : row && rowBeside(row, false);
  }

  function jump(row, forward) {
    let to = row;
    for (let left = 10; left && rowBeside(to, forward); left -= 1) to = rowBeside(to, forward);
    return to;
  }

  function addBelow() {
    const model = at.parentElement;
    const row = rowLike(model);
    row.model = model;
    withFindings(model).at(-1).after(row);
    const cell = fieldsOf(row).find((each) => each.dataset.field === "statement") ?? fieldsOf(row)[0];
    stand(cell);
    writer.open(cell);
  }

  const arrows = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right",
    Home: "start", End: "end", PageUp: "page-up", PageDown: "page-down" };
  let isSecond = false; // the letter after g belongs to the page, as g itself

  table.addEventListener("keydown", (press) => {
    if (press.isComposing || press.target.closest(".writer") || !rowOf(press.target)) return;
    const isControl = press.ctrlKey || press.metaKey;
    if (!act(press, isControl)) return;
    press.preventDefault();
    press.stopPropagation();
  });

  /** Does what a key means at the cursor; false leaves it to the page. */
  function act(press, isControl) {
    const { key } = press, row = at.parentElement;
    if (press.altKey) {
      if (key !== "ArrowUp" && key !== "ArrowDown") return false;
      moves.step(row, key === "ArrowDown");
      return true;
    }
    if (isControl) return actWithControl(press, key);
    if (key in arrows) { go(at, arrows[key]); return true; }
    if (key === "Escape" && marks.isAny()) { marks.unmark(); return true; }
    if (hasLetters() && (isSecond || "gn/?".includes(key))) { isSecond = key === "g" && !isSecond; return false; }
    if (hasLetters() && key in letters) { letters[key](row); return true; }
    return write(key);
  }

  const letters = {
    j: () => go(at, "down"),
    k: () => go(at, "up"),
    o: addBelow,
    x: (row) => marks.toggle(row, false),
    X: (row) => marks.toggle(row, true),
  };

  function actWithControl(press, key) {
    const isRedo = key === "y" || (key.toLowerCase() === "z" && press.shiftKey);
    if (isRedo) saves.redo();
    else if (key === "z") undoAfterMoves();
    else if (key === "Home") go(target(at, "top"), "start");
    else if (key === "End") go(target(at, "bottom"), "end");
    else return false;
    return true;
  }

  async function undoAfterMoves() {
    if (moves.isWaiting()) await moves.settle();
    saves.undo();
  }

  function write(key) {
    const isEnter = key === "Enter" || key === "F2";
    if (!isField(at)) return false; // Enter follows the link, Space marks
    if (isEnter) writer.open(at);
    else if (key === "Delete" || key === "Backspace") writer.open(at, { typed: "" });
    else if ([...key].length === 1 && key !== " ") writer.open(at, { typed: key });
    else return false;
    return true;
  }

  table.addEventListener("mousedown", (press) => {
    const cell = cellOf(press.target);
    if (!isRow(cell?.parentElement) || writerIn(cell) || press.target.closest("a, input, button, label, summary")) return;
    stand(cell);
    if (isField(cell)) cell.tabIndex = 0;
  });
  table.addEventListener("focusin", (event) => {
    const cell = cellOf(event.target);
    if (isRow(cell?.parentElement) && cell !== at) stand(cell);
  });
  table.addEventListener("dblclick", (press) => {
    const cell = cellOf(press.target);
    if (isRow(cell?.parentElement) && isField(cell) && !writerIn(cell) && !press.target.closest("a")) writer.open(cell);
  });

  addEventListener("beforeunload", (event) => {
    if (!saves.isBusy() && !writer.isOpen()) return;
    event.preventDefault();
    toast(word("not-saved-yet"), { bad: true });
  });
}
