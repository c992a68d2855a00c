// A matrix is worked on by keyboard: arrows move a cursor, Enter ties what is not tied and asks for the reason before
// it unties, o opens a link. Without this script filled cells are links, and a form below ties two of them.
import { button, make, word } from "./parts.js";

for (const table of document.querySelectorAll("table[data-matrix]")) begin(table);

function begin(table) {
  const role = table.dataset.matrix;
  const state = document.querySelector("[data-matrix-state]");
  const rows = [...table.tBodies[0].rows].filter((row) => row.dataset.number);
  const columns = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.number);
  let at = null;

  table.setAttribute("role", "grid");
  for (const link of table.querySelectorAll("a")) link.tabIndex = -1;
  const isCrossing = (cell) => cell?.tagName === "TD" && rows.includes(cell.parentElement);
  const ends = (cell) => ({ target: cell.parentElement.dataset.number, source: columns[cell.cellIndex] });
  const tell = (key, named) => { state.textContent = word(key, named); };

  function stand(cell, focused = true) {
    if (at) at.tabIndex = -1;
    at = cell;
    at.tabIndex = 0;
    if (!focused) return;
    at.focus();
    at.scrollIntoView({ block: "nearest", inline: "nearest" });
    const { source, target } = ends(at);
    tell(at.dataset.link ? "matrix-tied" : "matrix-untied", { source, target });
  }

  function move(down, right) {
    const row = Math.min(rows.length - 1, Math.max(0, rows.indexOf(at.parentElement) + down));
    const column = Math.min(columns.length - 1, Math.max(1, at.cellIndex + right));
    stand(rows[row].cells[column]);
  }

  async function ask(address, sent) {
    const answer = await fetch(address, { method: "POST", body: JSON.stringify(sent),
      headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() } }).catch(() => null);
    if (!answer) return tell("no-connection"), null;
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return told;
    const why = told.errors?.[0]?.message ?? told.detail ?? told.title ?? "";
    state.textContent = why;
    return null;
  }

  async function tie(cell) {
    if (cell.classList.contains("itself")) return;
    const { source, target } = ends(cell);
    const told = await ask(`/api/v1/requirements/${source}/links`, { role, to: target });
    const link = told?.items.find((it) => it.role === role && it.outward && it.number === target);
    if (!link) return;
    cell.dataset.link = link.id;
    cell.className = "tied";
    const words = make("span", { class: "unseen" }, word("matrix-tied", { source, target }));
    cell.replaceChildren(make("a", { href: `/links/${link.id}`, tabindex: "-1" }, table.dataset.sign, words));
    tell("matrix-tied", { source, target });
  }

  function untie(cell) {
    const { source, target } = ends(cell);
    const field = make("input", { class: "input", id: "why", name: "why", required: true, autocomplete: "off" });
    const form = make("form", { class: "dialog stack", method: "dialog" },
      make("h2", { id: "untie" }, word("matrix-untie", { source, target })),
      make("div", { class: "field" }, make("label", { for: "why" }, word("matrix-why")), field),
      make("div", { class: "row" }, button(word("matrix-remove"), { type: "submit", kind: "button stop" }),
        button(word("cancel"), { kind: "button bare", does: () => dialog.close() })));
    const dialog = make("dialog", { "aria-labelledby": "untie" }, form);
    dialog.addEventListener("close", () => { dialog.remove(); cell.focus(); });
    form.addEventListener("submit", async (sent) => {
      sent.preventDefault();
      const done = await ask(`/api/v1/links/${cell.dataset.link}/remove`, { reason: field.value });
      dialog.close();
      if (!done) return;
      delete cell.dataset.link;
      cell.className = "";
      cell.replaceChildren();
      tell("matrix-untied", { source, target });
    });
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  }

  const act = (cell) => (cell.dataset.link ? untie(cell) : tie(cell));
  const keys = {
    ArrowDown: () => move(1, 0), ArrowUp: () => move(-1, 0), ArrowRight: () => move(0, 1), ArrowLeft: () => move(0, -1),
    Home: () => move(0, -columns.length), End: () => move(0, columns.length),
    PageDown: () => move(10, 0), PageUp: () => move(-10, 0),
    Enter: () => act(at), " ": () => act(at),
    Delete: () => { if (at.dataset.link) untie(at); },
    o: () => { if (at.dataset.link) location.assign(`/links/${at.dataset.link}`); },
  };
  table.addEventListener("keydown", (press) => {
    if (!isCrossing(press.target) || press.ctrlKey || press.metaKey || press.altKey || !keys[press.key]) return;
    press.preventDefault();
    keys[press.key]();
  });
  table.addEventListener("click", (press) => {
    const cell = press.target.closest("td");
    if (!isCrossing(cell) || press.target.closest("a")) return;
    stand(cell);
    act(cell);
  });
  if (rows.length && columns.length > 1) stand(rows[0].cells[1], false);
}
