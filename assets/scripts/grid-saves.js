// How what is written in a requirements table reaches the server, and how it is undone.
import { ask, clock, isAway, onceKey, reasons, toast, word } from "./parts.js";
import { cellNamed, fieldsOf, headOf, joined, number, parted, rowNumbered, takeOver, valueOf } from "./grid-cells.js";

/**
 * Begins the saving of one table. `shows` puts outcomes before the eyes: `conflict(cell, mine, theirs)`,
 * `fault(cell, mine, sentences)` and `waits(cell, mine)`; `leaves(row)` takes a row out of the table.
 */
export function saves(table, shows) {
  const { set, api } = table.dataset;
  const state = document.querySelector("[data-grid-state]");
  const lines = new Map(); // per requirement the last request, so that versions follow each other
  const done = [], undone = [];
  let under = 0;

  const saying = (sentence) => { if (state) state.textContent = sentence; };
  const saved = () => saying(word("saved-at", { time: clock() }));
  const counted = async (asked) => { under += 1; try { return await asked; } finally { under -= 1; } };

  /** Sends one field of a requirement. Says whether it was saved. */
  function change(row, field, value, { base, remember = true } = {}) {
    const turn = (lines.get(row) ?? Promise.resolve()).then(() => send(row, field, value, base, remember));
    lines.set(row, turn.catch(() => {}));
    return counted(turn);
  }

  async function send(row, field, value, base, remember) {
    const cell = cellNamed(row, field);
    const before = base ?? valueOf(cell);
    cell.setAttribute("aria-busy", "true");
    const { fields, extra } = parted({ [field]: value });
    const answer = await ask("PATCH", `${api}/requirements/${row.dataset.number}`,
      { json: { ...fields, extra }, version: row.dataset.version });
    cell.removeAttribute("aria-busy");
    if (answer.status === 200) {
      takeOver(row, answer.body);
      kept.forget(row.dataset.number, field);
      if (remember) {
        const said = word("cell-of", { field: headOf(cell), number: row.dataset.number });
        history({ said, cells: [{ number: row.dataset.number, field, before, after: joined(answer.body)[field] ?? value }] });
      }
      saved();
      return true;
    }
    if (answer.status === 412) return settle(row, field, value, before, remember, answer.body);
    if (isAway(answer)) {
      kept.keep(row.dataset.number, field, value);
      shows.waits(cell, value);
      return false;
    }
    shows.fault(cell, value, reasons(answer, field));
    return false;
  }

  /** Somebody was faster. Where they left this field alone the change is put on top of theirs. */
  function settle(row, field, value, before, remember, { current, extra, version }) {
    const cell = cellNamed(row, field);
    const { [field]: theirs = "", ...others } = joined({ fields: current, extra });
    takeOver(row, { version, fields: others });
    if (isSame(theirs, before)) {
      toast(word("changed-meanwhile", { number: row.dataset.number, field: headOf(cell) }));
      return send(row, field, value, before, remember);
    }
    cell.dataset.value = theirs;
    shows.conflict(cell, value, theirs);
    return false;
  }

  /** Makes a requirement out of a new row. Gives what the server says of it, or the faults and the first field of them. */
  async function create(row, { section, after, title, ...all }, model) {
    row.once ??= onceKey();
    const { fields, extra } = parted(all.fields);
    const answer = await counted(ask("POST", `${api}/requirements`,
      { json: { set, section, after, title, ...fields, extra }, once: row.once }));
    if (answer.status !== 200 && answer.status !== 201) {
      const field = answer.body?.errors?.find((error) => cellNamed(row, error.field ?? ""))?.field;
      return { faults: reasons(answer, field), field };
    }
    number(row, model, answer.body.number);
    history({ said: word("added", { count: 1 }), undo: () => withdraw([answer.body]) });
    saved();
    return { faults: [], said: answer.body };
  }

  /** What is wrong with many, each with the name of its column. */
  function named(answer) {
    const errors = answer.status === 422 ? answer.body?.errors ?? [] : [];
    const label = ({ field = "" }) => table.tHead?.querySelector(`[data-head="${CSS.escape(field)}"]`)?.textContent.trim();
    return errors.length ? errors.map((error) => [label(error), error.detail].filter(Boolean).join(": ")) : reasons(answer);
  }

  /**
   * Many cells in one request; `request` is either `{numbers, versions, fields}` or `{rows}`. Where somebody was
   * faster nothing is saved; the rows then show what is there now, and come back as `stale`.
   */
  async function many(request, said, cells, once = onceKey()) {
    const wire = (part) => (part.fields ? { ...part, ...parted(part.fields) } : part);
    const json = { ...wire(request), rows: request.rows?.map(wire) };
    const answer = await counted(ask("POST", `${api}/requirements/bulk`, { json, once }));
    const stale = answer.status === 412 ? answer.body?.stale : undefined;
    const rows = stale ?? answer.body?.rows ?? [];
    for (const each of rows) {
      const row = rowNumbered(table, each.number);
      if (row) takeOver(row, each);
    }
    if (stale) return { faults: reasons(answer), stale };
    if (answer.status !== 200 && answer.status !== 201) return { faults: named(answer) };
    saved();
    const now = new Map(rows.map((each) => [each.number, joined(each)]));
    const after = (cell) => now.get(cell.number)?.[cell.field] ?? cell.after;
    const changed = cells.map((cell) => ({ ...cell, after: after(cell) }));
    const known = new Set((request.rows ?? []).map((each) => each.number));
    const made = request.rows ? rows.filter((each) => !known.has(each.number)) : [];
    if (made.length) history({ said, undo: async () => await withdraw(made) && (!changed.length || await rewrite(changed, true) !== false) });
    else if (changed.length) history({ said, cells: changed });
    return { faults: [], rows };
  }

  /**
   * Gives many requirements one value. A row whose field somebody else wrote meanwhile stays as they left it and
   * is told by its number in `left`; where they wrote another field, the value goes on top of theirs.
   */
  async function give(rows, field, value, said, left = []) {
    const cells = rows.flatMap((row) => fieldsNow(row, [field])).map((cell) => ({ ...cell, after: value }));
    const numbers = rows.map((row) => row.dataset.number);
    const versions = Object.fromEntries(rows.map((row) => [row.dataset.number, Number(row.dataset.version)]));
    const outcome = await many({ numbers, versions, fields: { [field]: value } }, said, cells);
    if (!outcome.stale) return { faults: outcome.faults, left, count: outcome.faults.length ? 0 : rows.length };
    const before = new Map(cells.map((cell) => [cell.number, cell.before]));
    const theirs = outcome.stale.filter((each) => !isSame(joined(each)[field], before.get(each.number))).map(({ number }) => number);
    const rest = rows.filter((row) => !theirs.includes(row.dataset.number));
    if (!rest.length) return { faults: [], left: [...left, ...theirs], count: 0 };
    return give(rest, field, value, said, [...left, ...theirs]);
  }

  /** Tells the server where a row now stands. Gives the faults. */
  async function order(requirement, { section, after }) {
    const answer = await counted(ask("POST", `${api}/requirement-sets/${set}/order`, { json: { requirement, section, after } }));
    if (answer.status < 200 || answer.status > 299) return reasons(answer);
    const row = rowNumbered(table, requirement);
    if (row) takeOver(row, answer.body);
    saved();
    return [];
  }

  /**
   * Takes requirements out again that were added here, each as it was made: its number is given to no other, and its
   * trail says why. What somebody wrote in one since stays. Says whether it was done.
   */
  async function withdraw(made) {
    const isAsMade = (row, each) => {
      const all = joined(each);
      return fieldsOf(row).every((cell) => !(cell.dataset.field in all) || isSame(valueOf(cell), all[cell.dataset.field]));
    };
    const there = made.map((each) => ({ ...each, row: rowNumbered(table, each.number) })).filter(({ row }) => row);
    const gone = there.filter((each) => isAsMade(each.row, each));
    const left = there.filter((each) => !gone.includes(each)).map((each) => each.number);
    if (gone.length) {
      const versions = Object.fromEntries(gone.map(({ number, row }) => [number, Number(row.dataset.version)]));
      const answer = await counted(ask("POST", `${api}/requirements/change-many`,
        { json: { numbers: Object.keys(versions), versions, step: "withdraw", reason: word("added-and-undone") }, once: onceKey() }));
      if (answer.status !== 200) { toast(reasons(answer).join(" "), { bad: true }); return false; }
      for (const number of answer.body.done) shows.leaves(rowNumbered(table, number));
      left.push(...answer.body.refused.map((each) => each.number));
    }
    if (left.length) toast(word("written-since", { numbers: left.join(", ") }), { bad: true });
    return true;
  }

  /** Remembers a deed: `said` names it, `cells` hold before and after, or `undo` does it, and `redo` where it can be done again. */
  function history(deed) {
    done.push(deed);
    undone.length = 0;
  }

  let turn = Promise.resolve(); // one step of undoing after the other, however fast the keys
  const again = (from, to, back) => (turn = turn.then(() => goBack(from, to, back)));

  async function goBack(from, to, back) {
    const deed = from.pop();
    if (!deed) return toast(word(back ? "nothing-to-undo" : "nothing-to-redo"));
    const worked = deed.cells ? await rewrite(deed.cells, back) : await (back ? deed.undo : deed.redo)();
    if (worked === null) return; // all of it was written again by somebody since: there is nothing to go back to
    if (!worked) return from.push(deed);
    if (back && !deed.cells && !deed.redo) return toast(word("undone", { what: deed.said })); // numbers come but once
    to.push(deed);
    toast(word(back ? "undone" : "redone", { what: deed.said }), { act: word(back ? "redo" : "undo"), does: back ? redo : undo });
  }

  /** Goes back only where the cell still holds what the deed left there: what was written since stays. */
  async function rewrite(all, back) {
    const value = (each) => (back ? each.before : each.after), was = (each) => (back ? each.after : each.before);
    const now = (each) => { const cell = cellNamed(rowNumbered(table, each.number), each.field); return cell ? valueOf(cell) : was(each); };
    const cells = all.filter((each) => isSame(now(each), was(each)));
    const left = [...new Set(all.filter((each) => !cells.includes(each)).map((each) => each.number))];
    if (left.length) toast(word("written-since", { numbers: left.join(", ") }), { bad: true });
    if (!cells.length) return null;
    if (cells.length === 1) {
      const [cell] = cells, row = rowNumbered(table, cell.number);
      return row ? change(row, cell.field, value(cell), { remember: false }) : false;
    }
    const rows = new Map();
    for (const cell of cells) {
      const row = rowNumbered(table, cell.number);
      if (!row) continue;
      const line = rows.get(cell.number) ?? { number: cell.number, version: Number(row.dataset.version), fields: {} };
      line.fields[cell.field] = value(cell);
      rows.set(cell.number, line);
    }
    const { faults } = await many({ rows: [...rows.values()] }, "", []);
    if (faults.length) toast(faults.join(" "), { bad: true });
    return faults.length === 0;
  }

  const undo = () => again(done, undone, true);
  const redo = () => again(undone, done, false);
  const kept = keeping(table, (row, field, value) => change(row, field, value), saying);
  return { change, create, many, give, order, history, undo, redo, kept, isBusy: () => under > 0 || kept.isWaiting() };
}

const isSame = (one, other) => String(one ?? "") === String(other ?? "");

/** Keeps in the browser what could not be sent, and sends it again when the server is back. */
function keeping(table, send, saying) {
  const place = `unsaved:${document.documentElement.dataset.person ?? ""}:${table.dataset.set}`;
  const read = () => JSON.parse(localStorage.getItem(place) ?? "{}");
  const write = (all) => (Object.keys(all).length ? localStorage.setItem(place, JSON.stringify(all)) : localStorage.removeItem(place));
  let pause = 2000, waiting = 0;

  function keep(number, field, value) {
    write({ ...read(), [`${number} ${field}`]: { number, field, value, at: Date.now() } });
    saying(word("trying-again"));
    waiting ||= setTimeout(tryAgain, pause);
    pause = Math.min(pause * 2, 60_000);
  }

  function forget(number, field) {
    const all = read();
    if (!(`${number} ${field}` in all)) return;
    delete all[`${number} ${field}`];
    write(all);
    if (!Object.keys(all).length) pause = 2000;
  }

  function tryAgain() {
    clearTimeout(waiting);
    waiting = 0;
    for (const { number, field, value } of Object.values(read())) {
      const row = rowNumbered(table, number);
      if (!row || row.querySelector(".writer")?.closest("td").dataset.field === field) continue;
      send(row, field, value);
    }
  }

  addEventListener("online", () => waiting && tryAgain());
  return { keep, forget, all: () => Object.values(read()), isWaiting: () => waiting !== 0 };
}

/** The fields of a row as they are now, for undoing a change of many. */
export const fieldsNow = (row, fields) => fieldsOf(row).filter((cell) => fields.includes(cell.dataset.field))
  .map((cell) => ({ number: row.dataset.number, field: cell.dataset.field, before: valueOf(cell) }));
