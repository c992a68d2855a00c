// While one types a filter, or one of many in words, what could be meant stands below: of filters names first, then
// their values. Without this script they are plain fields, and what is wrong is told when it is sent.
import { choices } from "./choices.js";

for (const field of document.querySelectorAll("[data-suggest] input[name=filter], input[data-among]")) begin(field);

// Parts of a page may be brought anew while somebody reads it.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.("input[data-among]") && target.role !== "combobox") begin(target);
});

function begin(field) {
  const line = field.closest("[data-suggest]");
  const about = field.dataset.among ? { among: field.dataset.among } : { kind: line.dataset.suggest };
  const look = choices(field, {
    id: `${field.id}-suggested`,
    within: line ?? field.parentElement,
    asks: () => `/search/suggestions?${new URLSearchParams({ q: field.value, ...about })}`,
    reads: ({ suggestions }) => suggestions,
    shows: (suggestion) => suggestion,
    chosen: ({ typed }) => {
      field.value = typed;
      field.focus();
      if (line) return look();
      // Who was chosen is known: a draft keeps it, and whatever follows the field may go on.
      for (const kind of ["input", "change"]) field.dispatchEvent(new CustomEvent(kind, { bubbles: true, detail: "chosen" }));
    },
  });
}
