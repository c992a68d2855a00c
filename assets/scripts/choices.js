// The list of choices below a field while one types in it: asked for, shown, pointed at by keyboard, chosen and closed.

/**
 * Begins the list `id` below a field; gives what asks for it at once. `asks` says where to ask for what is typed now
 * (nothing closes the list), `reads` takes the choices out of the answer, `shows` says the words of one and the note
 * behind them, `chosen` does what follows. Of choices that nobody pointed at the `first` is "pointed" at as soon as
 * they stand there, "taken" by Enter, or neither.
 */
export function choices(field, { id, within, asks, reads, shows, chosen, first }) {
  const list = Object.assign(document.createElement("ul"), { id, className: "suggested", hidden: true });
  const isLine = field.localName === "input";
  let options = [];
  let at = -1;
  let asked = 0;
  let waiting;

  function open(is) {
    list.hidden = !is;
    at = -1;
    if (isLine) field.setAttribute("aria-expanded", String(is));
    field.removeAttribute("aria-activedescendant");
  }

  function close() {
    clearTimeout(waiting);
    asked += 1;
    open(false);
  }

  function point(place) {
    at = (place + options.length) % options.length;
    [...list.children].forEach((line, no) => { line.ariaSelected = String(no === at); });
    list.children[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function choose(place) {
    close();
    chosen(options[place]);
  }

  function line(choice, place) {
    const { words, note } = shows(choice);
    const one = Object.assign(document.createElement("li"), { id: `${id}-${place}`, textContent: words });
    one.role = "option";
    one.ariaSelected = "false";
    if (note) one.append(Object.assign(document.createElement("span"), { className: "fine", textContent: note }));
    one.addEventListener("mousedown", (press) => { press.preventDefault(); choose(place); });
    return one;
  }

  async function look() {
    const turn = ++asked;
    const address = asks();
    if (!address) return close();
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || turn !== asked) return;
    const found = reads(await answer.json());
    if (turn !== asked || document.activeElement !== field || !asks()) return;
    options = found;
    list.replaceChildren(...options.map(line));
    open(options.length > 0);
    if (options.length && first === "pointed") point(0);
  }

  /** Whether a key takes what is pointed at. Where nobody pointed at it themselves, Ctrl+Enter sends what was written. */
  function takes({ key, ctrlKey, metaKey }) {
    if (key === "Tab") return at >= 0;
    return key === "Enter" && (at >= 0 || first === "taken") && !(first === "pointed" && (ctrlKey || metaKey));
  }

  list.role = "listbox";
  list.ariaLabel = field.labels?.[0]?.textContent ?? "";
  if (within) within.append(list);
  else field.after(list);
  if (isLine) {
    field.role = "combobox";
    field.setAttribute("aria-expanded", "false");
  }
  field.setAttribute("aria-controls", id);
  field.setAttribute("aria-autocomplete", "list");
  field.addEventListener("input", ({ detail }) => {
    if (detail === "chosen") return;
    if (!asks()) return close();
    clearTimeout(waiting);
    waiting = setTimeout(look, 80);
  });
  field.addEventListener("keydown", (press) => {
    if (list.hidden) return;
    if (press.key === "ArrowDown") point(at + 1);
    else if (press.key === "ArrowUp") point(at < 0 ? -1 : at - 1);
    else if (press.key === "Escape") close();
    else if (takes(press)) choose(Math.max(0, at));
    else return;
    press.preventDefault();
  });
  field.addEventListener("blur", close);
  return look;
}
