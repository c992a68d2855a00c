// How one cell of a requirements table is written in place: field, faults, both versions, draft.
import { button, fault, findDraft, keepDraft, make, offerOf, ago, seldom, symbol, throwDraft, titleOf, toast, word } from "./parts.js";
import { asTyped, cellNamed, choicesOf, fieldFrom, fieldsOf, headOf, isAsked, isRich, kindOf, labelOf, placeOf, rowOf, show, takeOver, valueOf } from "./grid-cells.js";
import { enrich } from "./rich.js";

const opened = new WeakMap(); // writer → what its cell showed before, and what the value was
const keeps = new WeakMap(); // writer → keeps its text as a draft, now and then
const drafts = new Map(); // key of a draft that the server has → when the last keeping of it is over

const controlOf = (writer) => writer.querySelector("[name=written]");
const typedIn = (writer) => String(fieldFrom(writer.parentElement, controlOf(writer).value) ?? "");
export const writerIn = (cell) => cell.querySelector(".writer");

/** The field in which a value of this cell's kind is written. */
export function control(cell, value, id) {
  const kind = kindOf(cell);
  if (kind === "choice") {
    const select = make("select", { id, name: "written", class: "input" });
    const choices = choicesOf(cell);
    if (!choices.some(([code]) => code === "")) select.append(make("option", { value: "" }, "–"));
    for (const [code, label] of choices) select.append(make("option", { value: code }, label));
    // What cannot be chosen any more, somebody who left, stays until something else is.
    if (value && !choices.some(([code]) => code === value)) select.append(make("option", { value }, cell.textContent.trim()));
    select.value = value;
    return select;
  }
  const field = kind === "text" ? make("textarea", { id, name: "written", rows: 2 })
    : make("input", { id, name: "written", class: "input", type: kind === "day" && "date", inputmode: kind === "number" && "decimal", autocomplete: "off" });
  if (kind === "text" && isRich(cell)) enrich(field);
  field.value = asTyped(cell, value);
  return field;
}

/** Begins the writing in one table; `go(cell, where)` moves the cursor. Made before its saves. */
export function writing(table, go) {
  let saves;

  /** Opens a cell; `typed` replaces its value, `faults` and `note` say why it is open. */
  function open(cell, { typed, faults = [], note, focus = true } = {}) {
    const there = writerIn(cell);
    if (there) { controlOf(there).focus(); return there; }
    const value = valueOf(cell), row = rowOf(cell), said = row.dataset.number ?? word("new-requirement");
    const id = `write-${row.dataset.number ?? "new"}-${cell.dataset.field}`;
    const field = control(cell, typed === undefined ? value : startOf(cell, typed, value), id);
    const isText = kindOf(cell) === "text";
    const writer = make("form", { class: "writer" },
      make("label", { class: "unseen", for: id }, word("cell-of", { field: headOf(cell), number: said })), field,
      make("span", { class: "row" },
        button(word("save"), { kind: "button small first", type: "submit", key: isText ? "Ctrl ⏎" : "⏎" }),
        button(word("cancel"), { kind: "button small bare", type: "reset", key: "Esc" })),
      make("div", { class: "says", role: "status" }));
    const shown = document.createDocumentFragment();
    shown.append(...cell.childNodes);
    opened.set(writer, { shown, base: value });
    cell.classList.add("writes");
    cell.append(writer);
    if (faults.length) say(writer, ...faults.map(fault));
    if (faults.length) field.setAttribute("aria-invalid", "true");
    if (note) say(writer, note);
    if (focus) {
      field.focus();
      if (typed === undefined) field.select?.();
      else if (kindOf(cell) !== "day") field.setSelectionRange?.(field.value.length, field.value.length);
    }
    begin(writer, cell);
    return writer;
  }

  function startOf(cell, typed, value) {
    const kind = kindOf(cell);
    if (kind === "day") return /^(\d{4}-\d\d-\d\d)?$/.test(typed) ? typed : value;
    if (kind !== "choice") return typed;
    return choicesOf(cell).find(([code, label]) => code === typed || label.toLowerCase().startsWith(String(typed).toLowerCase()))?.[0] ?? value;
  }
  const say = (writer, ...parts) => writer.querySelector(".says").replaceChildren(...parts);

  const draftKey = (cell) => `requirement:${rowOf(cell).dataset.number ?? `new in ${table.dataset.set}`}:${cell.dataset.field}`;
  const endDraft = (key) => { drafts.get(key)?.then(() => throwDraft(key)); drafts.delete(key); };

  /** From here on the text is a draft; one from an earlier visit is offered. */
  async function begin(writer, cell) {
    const key = draftKey(cell);
    keeps.set(writer, seldom(2000, () => drafts.set(key, keepDraft(key, { text: controlOf(writer).value }, true))));
    const found = await findDraft(key);
    if (!found) return;
    drafts.set(key, drafts.get(key) ?? Promise.resolve());
    const { body } = found;
    const isKnown = ["", controlOf(writer).value, opened.get(writer).base].includes(body);
    if (writer.isConnected && !isKnown) offer(writer, offerOf(found), body);
  }

  function offer(writer, sentence, text) {
    const leave = () => { say(writer); controlOf(writer).focus(); };
    say(writer, make("p", { class: "fine" }, sentence), make("blockquote", { class: "kept" }, text), make("span", { class: "row" },
      button(word("use-it"), { does: () => { controlOf(writer).value = text; leave(); } }),
      button(word("throw-away"), { kind: "button small bare", does: () => { endDraft(draftKey(writer.parentElement)); leave(); } })));
  }

  /** Closes a writer and shows `text`, or what was there before. */
  function close(writer, text) {
    const cell = writer.parentElement;
    keeps.get(writer).forget();
    cell.classList.remove("writes");
    cell.replaceChildren(...opened.get(writer).shown.childNodes);
    if (text !== undefined) show(cell, text);
  }

  async function save(writer, where) {
    const cell = writer.parentElement, row = rowOf(cell), { base } = opened.get(writer), key = draftKey(cell);
    if (controlOf(writer).validity.badInput) return controlOf(writer).reportValidity();
    const value = fieldFrom(cell, controlOf(writer).value);
    if ("new" in row.dataset) return create(writer, cell, row, value, where);
    const isChanged = String(value ?? "") !== base;
    close(writer, isChanged ? value ?? "" : undefined);
    go(cell, where);
    if (!isChanged || await saves.change(row, cell.dataset.field, value, { base })) endDraft(key);
  }

  /** Saves a new row once all is said that the house asks for; until then it asks in place, one cell after the other. */
  async function create(writer, cell, row, value, where) {
    cell.dataset.value = value ?? "";
    const fields = Object.fromEntries(fieldsOf(row).map((each) => [each.dataset.field, valueOf(each)]).filter(([, said]) => said.trim()));
    if (!Object.keys(fields).length) return leave(writer);
    const missing = fieldsOf(row).find((each) => isAsked(each) && !(each.dataset.field in fields));
    if (missing) return turnTo(missing, writer, { note: make("p", { class: "fine" }, word("asked-first", { field: headOf(missing) })) });
    const keys = fieldsOf(row).map(draftKey), said = fields.title ?? fields.statement ?? Object.values(fields)[0];
    writer.setAttribute("aria-busy", "true");
    const outcome = await saves.create(row, { ...placeOf(row), title: titleOf(said), fields: { statement: "", ...fields } }, row.model);
    writer.removeAttribute("aria-busy");
    if (outcome.faults.length) return turnTo(cellNamed(row, outcome.field ?? "") ?? cell, writer, { faults: outcome.faults });
    close(writer);
    takeOver(row, outcome.said);
    keys.forEach(endDraft);
    go(cell, where);
  }

  /** Goes on writing in another cell of a new row, or in the same; what was written stands in its cell. */
  function turnTo(cell, writer, { note, faults = [] }) {
    if (writer.parentElement === cell) {
      say(writer, ...(note ? [note] : faults.map(fault)));
      return controlOf(writer).focus();
    }
    if (keeps.get(writer).isWaiting()) keeps.get(writer).now();
    close(writer, valueOf(writer.parentElement));
    go(cell, "here");
    return open(cell, { note, faults });
  }

  /** Leaves a cell as it was. What was typed can be brought back for as long as the sentence stands. */
  function leave(writer) {
    const cell = writer.parentElement, row = rowOf(cell), typed = controlOf(writer).value;
    const isNew = "new" in row.dataset, above = row.previousElementSibling;
    const isChanged = typedIn(writer) !== opened.get(writer).base || (isNew && fieldsOf(row).some((each) => each.dataset.value));
    endDraft(draftKey(cell));
    close(writer);
    go(cell, isNew ? "up" : "here");
    if (isNew) row.remove();
    const again = () => {
      if (isNew) above.after(row);
      close(open(cell, { focus: false }));
      open(cell, { typed });
    };
    if (isChanged) toast(word("left-out"), { act: word("bring-back"), does: again });
  }

  /** Both versions side by side; what was typed is not lost whichever is chosen. */
  function conflict(cell, mine, theirs) {
    show(cell, theirs);
    const number = rowOf(cell).dataset.number;
    const writer = open(cell, { typed: String(mine ?? ""), focus: cell.contains(document.activeElement) });
    writer.classList.add("conflict");
    const version = (key, value) => make("div", {}, make("strong", {}, word(key)), make("p", {}, labelOf(cell, value) || "–"));
    say(writer, make("p", { class: "state warn" }, symbol("warn"), word("conflict", { number })),
      make("div", { class: "both" }, version("theirs", theirs), version("yours", mine)),
      make("span", { class: "row" },
        button(word("keep-mine"), { act: "mine", does: () => save(writer, "here") }),
        button(word("take-theirs"), { act: "theirs", does: () => { endDraft(draftKey(cell)); close(writer, theirs); saves.kept.forget(number, cell.dataset.field); go(cell, "here"); } }),
        button(word("edit-both"), { act: "edit", kind: "button small bare", does: () => { writer.classList.remove("conflict"); controlOf(writer).focus(); } })));
    controlOf(writer).value = asTyped(cell, mine);
    if (document.activeElement === document.body || document.activeElement === cell) writer.querySelector("[data-act=mine]").focus();
  }

  /** What the server refused is written at its cell; what was typed stays in the field. */
  function refused(cell, mine, sentences) {
    const isElsewhere = table.querySelector(".writer") !== null;
    open(cell, { typed: String(mine ?? ""), faults: sentences, focus: !isElsewhere });
  }

  /** What could not be sent yet shows as typed, with a quiet word. */
  function waits(cell, mine) {
    if (writerIn(cell)) return;
    show(cell, mine);
    cell.append(" ", make("span", { class: "state wait" }, symbol("s-wait"), word("trying-again")));
  }

  /** What was typed at an earlier visit and never reached the server is offered again. */
  function offerKept() {
    for (const { number, field, value, at } of saves.kept.all()) {
      const cell = cellNamed(table.querySelector(`tr[data-number="${CSS.escape(number)}"]`), field);
      if (!cell || valueOf(cell) === String(value ?? "")) { saves.kept.forget(number, field); continue; }
      const writer = open(cell, { focus: false });
      say(writer, make("p", { class: "fine" }, word("not-sent", { ago: ago(at) })), make("blockquote", { class: "kept" }, labelOf(cell, value)),
        make("span", { class: "row" },
          button(word("use-it"), { does: () => { controlOf(writer).value = asTyped(cell, value); save(writer, "here"); } }),
          button(word("throw-away"), { kind: "button small bare", does: () => { saves.kept.forget(number, field); close(writer); go(cell, "here"); } })));
    }
  }

  table.addEventListener("submit", (event) => {
    if (!event.target.matches(".writer")) return;
    event.preventDefault();
    save(event.target, "down");
  });
  table.addEventListener("reset", (event) => {
    if (!event.target.matches(".writer")) return;
    event.preventDefault();
    leave(event.target);
  });
  table.addEventListener("input", (event) => {
    const writer = event.target.closest(".writer");
    if (writer && event.target.name === "written") { event.target.removeAttribute("aria-invalid"); keeps.get(writer)(); }
  });
  table.addEventListener("keydown", (event) => {
    const writer = event.target.closest(".writer");
    if (!writer || event.isComposing) return;
    event.stopPropagation();
    const isField = event.target.name === "written";
    const isSent = event.key === "Enter" && isField && (event.ctrlKey || event.metaKey || (!event.shiftKey && event.target.localName !== "textarea"));
    if (event.key === "Escape") leave(writer);
    else if (isSent) save(writer, "down");
    else if (event.key === "Tab" && isField && !writer.matches(".conflict")) save(writer, event.shiftKey ? "before" : "next");
    else return;
    event.preventDefault();
  });

  const isStarted = () => table.querySelector('tr[data-new] td[data-value]:not([data-value=""])') !== null;
  const isOpen = () => isStarted() || [...table.querySelectorAll(".writer")].some((writer) => typedIn(writer) !== opened.get(writer).base);
  addEventListener("pagehide", () => {
    for (const writer of table.querySelectorAll(".writer")) if (keeps.get(writer).isWaiting()) keeps.get(writer).now();
  });
  return { open, offerKept, isOpen, shows: { conflict, fault: refused, waits }, use: (made) => { saves = made; } };
}
