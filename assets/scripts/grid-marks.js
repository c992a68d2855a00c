// How several requirements are marked in the table, and given one value together.
import { button, fault, make, toast, word } from "./parts.js";
import { fieldFrom, fieldsOf, headOf, kindOf, rowBeside, rowOf } from "./grid-cells.js";
import { control } from "./grid-writer.js";

const markOf = (row) => row?.querySelector("[type=checkbox]");

/** Begins the marking in one table. The page's bar of the marked, `#bulk`, gains "set a field" here. */
export function marking(table, saves, back) {
  const bar = document.getElementById("bulk");
  const set = make("span", { class: "row", "data-set-field": true });
  const faults = make("div", { role: "status" });
  let last = null;

  bar?.querySelector("[data-marked]")?.after(set, faults);
  // Back to the table, and only when the form has taken the marks away.
  bar?.addEventListener("reset", () => setTimeout(() => { boxes.clear(); draw(); back(); }));

  // The marked ones are known, so that no key walks over all rows.
  const boxes = new Set(table.querySelectorAll("tr[data-number] [type=checkbox]:checked"));
  const isAbove = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
  const marked = () => [...boxes].filter((box) => box.isConnected && box.checked).map(rowOf)
    .sort((one, other) => (isAbove(one, other) ? -1 : 1));

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
    const said = word("field-of-many", { field: headOf(like), count: rows.length });
    const { faults: why, left, count } = await saves.give(rows, field, value, said);
    const stays = left.length ? [word("left-as-theirs", { field: headOf(like), numbers: left.join(", ") })] : [];
    faults.replaceChildren(...[...why, ...stays].map(fault));
    if (count) toast(word("field-of-many", { field: headOf(like), count }), { act: word("undo"), does: saves.undo });
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

  const note = (box) => (box.checked ? boxes.add(box) : boxes.delete(box));
  table.addEventListener("change", ({ target }) => {
    if (target.matches("tr[data-number] [type=checkbox]")) note(target);
  });
  table.addEventListener("click", (event) => {
    if (event.target.matches("tr[data-number] [type=checkbox]")) note(event.target);
    if (event.target.matches("[type=checkbox]")) reach(rowOf(event.target), event.shiftKey);
  });
  draw();
  return { toggle, unmark, isAny: () => boxes.size > 0 };
}
