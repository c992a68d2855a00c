// How rows of a requirements table come to another place: by keys, by dragging, and back.
import { make, seldom, toast, word } from "./parts.js";
import { isRow, placeOf, putAt, rowOf, rowNumbered, withFindings } from "./grid-cells.js";

/** Begins the moving in one table. */
export function moving(table, saves) {
  let start = null; // the number of the row on its way by keys, and where it stood
  const nameOf = (section) => [...table.tBodies].find((group) => group.dataset.section === section)
    ?.querySelector("tr.group th")?.firstChild.textContent.trim() ?? "";
  const isSame = (one, other) => one.section === other.section && one.after === other.after;

  async function tell(number, from, to, remember = true) {
    if (isSame(from, to)) return true;
    const faults = await saves.order(number, to);
    if (faults.length) {
      putAt(table, rowNumbered(table, number), from);
      toast(word("not-moved", { why: faults.join(" ") }), { bad: true });
      return false;
    }
    if (!remember) return true;
    const said = word("move-of", { number });
    const put = (place, was) => { putAt(table, rowNumbered(table, number), place); return tell(number, was, place, false); };
    saves.history({ said, undo: () => put(from, to), redo: () => put(to, from) });
    toast(word("moved", { number, section: nameOf(to.section) }), { act: word("undo"), does: saves.undo });
    return true;
  }

  const settle = seldom(700, () => {
    const [number, from] = start;
    start = null;
    const row = rowNumbered(table, number);
    row.classList.remove("moving");
    return tell(number, from, placeOf(row));
  });

  /** One place up or down, across sections; told to the server when the keys rest. */
  function step(row, isDown) {
    const { number } = row.dataset;
    if (!number) return;
    const from = placeOf(row);
    const groups = [...table.tBodies].filter((group) => group.dataset.section);
    const last = withFindings(row).at(-1);
    let near = isDown ? last.nextElementSibling : row.previousElementSibling;
    while (near && !isRow(near)) near = isDown ? near.nextElementSibling : near.previousElementSibling;
    const group = groups[groups.indexOf(row.parentElement) + (isDown ? 1 : -1)];
    if (!near && !group) return;
    if (start && start[0] !== number) settle.now();
    start ??= [number, from];
    row.classList.add("moving");
    if (near && isDown) putAt(table, row, { section: from.section, after: near.dataset.number });
    else if (near) putAt(table, row, placeOf(near));
    else if (isDown) putAt(table, row, { section: group.dataset.section, after: null });
    else putAt(table, row, { section: group.dataset.section, after: lastOf(group) });
    row.scrollIntoView({ block: "nearest" });
    settle.forget();
    settle();
  }
  const lastOf = (group) => [...group.rows].filter(isRow).at(-1)?.dataset.number ?? null;

  let dragged = null;
  const landing = make("tr", { class: "lands" }, make("td", { colspan: table.tHead?.rows[0].cells.length ?? 1 }));
  const letGo = () => { dragged?.classList.remove("moving"); dragged?.removeAttribute("draggable"); dragged = null; landing.remove(); };

  table.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".grip")) rowOf(event.target)?.setAttribute("draggable", "true");
  });
  table.addEventListener("pointerup", (event) => rowOf(event.target)?.removeAttribute("draggable"));
  table.addEventListener("dragstart", (event) => {
    if (!event.target.matches?.("tr[draggable=true]")) return;
    dragged = event.target;
    event.dataTransfer.setData("text/plain", dragged.dataset.number);
    event.dataTransfer.effectAllowed = "move";
    landing.firstChild.textContent = word("comes-here", { number: dragged.dataset.number });
    dragged.classList.add("moving");
  });
  table.addEventListener("dragover", (event) => {
    const over = dragged && event.target.closest("tbody tr");
    if (!over) return;
    event.preventDefault();
    if (over === landing) return;
    const { top, height } = over.getBoundingClientRect();
    if (over.matches(".group") || event.clientY > top + height / 2) (isRow(over) ? withFindings(over).at(-1) : over).after(landing);
    else over.before(landing);
  });
  table.addEventListener("drop", (event) => {
    if (!dragged || !landing.isConnected) return;
    event.preventDefault();
    const { number } = dragged.dataset, from = placeOf(dragged);
    let above = landing.previousElementSibling;
    while (above && (!above.dataset.number || above === dragged)) above = above.previousElementSibling;
    const to = { section: landing.parentElement.dataset.section, after: above?.dataset.number ?? null };
    landing.remove();
    putAt(table, dragged, to);
    tell(number, from, to);
  });
  table.addEventListener("dragend", letGo);
  addEventListener("pagehide", () => settle.isWaiting() && settle.now());
  return { step, settle: settle.now, isWaiting: settle.isWaiting };
}
