// While one types a filter, or one of many in words, what could be meant stands below: of filters names first, then
// their values. Without this script they are plain fields, and what is wrong is told when it is sent.
for (const field of document.querySelectorAll("[data-suggest] input[name=filter], input[data-among]")) begin(field);

// Parts of a page may be brought anew while somebody reads it.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.("input[data-among]") && target.role !== "combobox") begin(target);
});

function begin(field) {
  const { among } = field.dataset;
  const line = field.closest("[data-suggest]");
  const list = Object.assign(document.createElement("ul"), { id: `${field.id}-suggested`, className: "suggested", hidden: true });
  let options = [];
  let at = -1;
  let asked = 0;
  let waiting;

  function close() {
    asked += 1;
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function point(place) {
    at = (place + options.length) % options.length;
    [...list.children].forEach((option, no) => { option.ariaSelected = String(no === at); });
    list.children[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function choose(place) {
    field.value = options[place].typed;
    field.focus();
    close();
    if (line) return look();
    // Who was chosen is known: a draft keeps it, and whatever follows the field may go on.
    for (const kind of ["input", "change"]) field.dispatchEvent(new CustomEvent(kind, { bubbles: true, detail: "chosen" }));
  }

  function option({ words, note }, place) {
    const one = Object.assign(document.createElement("li"), { id: `${list.id}-${place}`, textContent: words });
    one.role = "option";
    one.ariaSelected = "false";
    if (note) one.append(Object.assign(document.createElement("span"), { className: "fine", textContent: note }));
    one.addEventListener("mousedown", (press) => { press.preventDefault(); choose(place); });
    return one;
  }

  async function look() {
    const turn = ++asked;
    const about = among ? { among } : { kind: line.dataset.suggest };
    const answer = await fetch(`/search/suggestions?${new URLSearchParams({ q: field.value, ...about })}`).catch(() => null);
    if (!answer?.ok || turn !== asked) return;
    const { suggestions } = await answer.json();
    if (turn !== asked || document.activeElement !== field) return;
    options = suggestions;
    list.replaceChildren(...options.map(option));
    at = -1;
    list.hidden = !options.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.removeAttribute("aria-activedescendant");
  }

  list.role = "listbox";
  list.ariaLabel = field.labels[0]?.textContent ?? "";
  (line ?? field.parentElement).append(list);
  field.role = "combobox";
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  field.addEventListener("input", ({ detail }) => {
    clearTimeout(waiting);
    if (detail !== "chosen") waiting = setTimeout(look, 80);
  });
  field.addEventListener("keydown", (press) => {
    if (list.hidden) return;
    if (press.key === "ArrowDown") point(at + 1);
    else if (press.key === "ArrowUp") point(at < 0 ? -1 : at - 1);
    else if (press.key === "Escape") close();
    else if ((press.key === "Enter" || press.key === "Tab") && at >= 0) choose(at);
    else return;
    press.preventDefault();
  });
  field.addEventListener("blur", close);
}
