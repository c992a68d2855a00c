// How several requirements are marked in the table, and given one value together.
import { button, fault, make, toast, word } from "./parts.js";
import { fieldFrom, fieldsOf, headOf, kindOf, rowBeside, rowOf } from "./grid-cells.js";
import { control } from "./grid-writer.js";
import { fieldsNow } from "./grid-saves.js";

const markOf = (row) => row?.querySelector("[type=checkbox]");

/** Begins the marking in one table. The page's bar of the marked, `#bulk`, gains "set a field" here. */
export function marking(table, saves, back) {
  const bar = document.getElementById("bulk");
  const set = make("span", { class: "row", "data-set-field": true });
  const faults = make("div", { role: "status" });
  let last = null;

  bar?.querySelector("[data-marked]")?.after(set, faults);
  // Back to the table, and only when the form has taken the marks away.
  bar?.addEventListener("reset", () => setTimeout(() => { draw(); back(); }));

  const marked = () => [...table.querySelectorAll("tr[data-number]:has([type=checkbox]:checked)")];

  function draw() {
    const rows = marked();
    if (rows.length && !set.childElementCount) fillIn(rows[0]);
    if (!rows.length) last = null;
  }

  /** The part of the bar that sets one field: which, and to what. */
  function fillIn(row) {
    const cells = fieldsOf(row);
    const which = make("select", { class: "input", form: "", "aria-label": word("field") });
    for (const cell of cells) which.append(make("option", { value: cell.dataset.field }, headOf(cell)));
    const place = make("span", {});
    const chosen = () => cells.find((cell) => cell.dataset.field === which.value);
    const draw = () => {
      const field = control(chosen(), "", "set-marked");
      // What is chosen here is sent by this script, not with the form around it.
      field.setAttribute("form", "");
      field.removeAttribute("name");
      field.classList.add("input");
      field.setAttribute("aria-label", word("new-value"));
      if (field.localName === "textarea") field.rows = 1;
      place.replaceChildren(field);
    };
    which.addEventListener("change", draw);
    const first = cells.find((cell) => kindOf(cell) === "choice");
    if (first) which.value = first.dataset.field;
    draw();
    const send = () => setAll(chosen(), place.firstChild.value);
    set.replaceChildren(which, place, button(word("set-marked"), { act: "set", does: send }));
    place.addEventListener("keydown", (press) => {
      if (press.key !== "Enter" || (press.target.localName === "textarea" && !press.ctrlKey && !press.metaKey)) return;
      press.preventDefault();
      send();
    });
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
    for (const row of marked()) check(row, false);
    draw();
  }

  /** Marks a row or takes its mark; with `range` all from the last one touched. */
  function toggle(row, range) {
    const mark = markOf(row);
    if (!mark || mark.disabled) return;
    check(row, !mark.checked);
    reach(row, range);
  }

  function check(row, isMarked) {
    markOf(row).checked = isMarked;
    markOf(row).dispatchEvent(new Event("change", { bubbles: true }));
  }

  function reach(row, range) {
    if (range && last?.isConnected && last !== row) {
      const isDown = Boolean(last.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
      for (let at = last; at && at !== row; at = rowBeside(at, isDown)) if (markOf(at)) check(at, markOf(row).checked);
    }
    last = row;
    draw();
  }

  table.addEventListener("click", (event) => {
    if (event.target.matches("[type=checkbox]")) reach(rowOf(event.target), event.shiftKey);
  });
  draw();
  return { toggle, unmark, isAny: () => marked().length > 0 };
}
