// While one types a name behind @, those who are called so stand below; the chosen one is written out.
// Without this script `@ada.lindqvist` works as it is typed.
import { choices } from "./choices.js";

for (const field of document.querySelectorAll("textarea[data-names]")) begin(field);

function begin(field) {
  /** What stands behind the sign before the caret: from where, and what was typed so far. */
  function typed() {
    const before = field.value.slice(0, field.selectionStart);
    const found = before.match(/(^|[\s(,;])@([\p{L}\p{N}.-]*)$/u);
    return found && { from: before.length - found[2].length - 1, words: found[2] };
  }

  function asks() {
    const name = typed();
    return name && `${field.dataset.names}?${new URLSearchParams({ q: name.words })}`;
  }

  function chosen({ write }) {
    const name = typed();
    if (!name) return;
    field.setRangeText(`${write} `, name.from, field.selectionStart, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  choices(field, {
    id: `${field.id}-names`,
    asks,
    reads: ({ people }) => people,
    shows: ({ name, does }) => ({ words: name, note: does }),
    chosen,
    first: "pointed",
  });
}
