// While one types a name behind @, those who are called so stand below; the chosen one is written out.
// Without this script `@ada.lindqvist` works as it is typed.
const places = document.querySelectorAll("textarea[data-names]");

for (const field of places) begin(field);

function begin(field) {
  const list = Object.assign(document.createElement("ul"), { id: `${field.id}-names`, className: "suggested", hidden: true });
  list.role = "listbox";
  list.ariaLabel = field.labels?.[0]?.textContent ?? "";
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let people = [];
  let at = -1;
  let asked = 0;
  let waiting;

  /** What stands behind the sign before the caret: from where, and what was typed so far. */
  function typed() {
    const before = field.value.slice(0, field.selectionStart);
    const found = before.match(/(^|[\s(,;])@([\p{L}\p{N}.-]*)$/u);
    return found && { from: before.length - found[2].length - 1, words: found[2] };
  }

  function close() {
    list.hidden = true;
    people = [];
    at = -1;
    field.removeAttribute("aria-activedescendant");
  }

  function point(place) {
    at = (place + people.length) % people.length;
    [...list.children].forEach((option, no) => { option.ariaSelected = String(no === at); });
    list.children[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function choose(place) {
    const name = typed();
    if (!name) return close();
    field.setRangeText(`${people[place].write} `, name.from, field.selectionStart, "end");
    close();
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function option({ name, does }, place) {
    const one = Object.assign(document.createElement("li"), { id: `${list.id}-${place}`, textContent: name });
    one.role = "option";
    one.ariaSelected = "false";
    if (does) one.append(Object.assign(document.createElement("span"), { className: "fine", textContent: does }));
    one.addEventListener("mousedown", (press) => { press.preventDefault(); choose(place); });
    return one;
  }

  async function look() {
    const turn = ++asked;
    const name = typed();
    if (!name) return close();
    const answer = await fetch(`${field.dataset.names}?${new URLSearchParams({ q: name.words })}`).catch(() => null);
    if (!answer?.ok || turn !== asked || !typed()) return;
    ({ people } = await answer.json());
    list.replaceChildren(...people.map(option));
    list.hidden = !people.length;
    if (people.length) point(0);
    else close();
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    asked += 1;
    if (typed()) waiting = setTimeout(look, 80);
    else close();
  });
  field.addEventListener("keydown", (press) => {
    if (list.hidden || !people.length) return;
    if (press.key === "ArrowDown") point(at + 1);
    else if (press.key === "ArrowUp") point(at - 1);
    else if (press.key === "Escape") close();
    else if ((press.key === "Enter" && !press.ctrlKey && !press.metaKey) || press.key === "Tab") choose(at);
    else return;
    press.preventDefault();
  });
  field.addEventListener("blur", close);
}
