// What may be affected, and what others learned, is looked for while one types. Without this script a button looks, and
// the page that comes back tells the lessons.
for (const field of document.querySelectorAll("[data-found]")) {
  const list = document.querySelector("[data-found-list]");
  let waits = 0;
  let asked = field.value;
  field.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(async () => {
      if (field.value === asked) return;
      asked = field.value;
      const answer = await fetch(`${field.dataset.found}?words=${encodeURIComponent(asked)}`).catch(() => null);
      if (!answer?.ok || field.value !== asked) return;
      list.innerHTML = await answer.text();
    }, 250);
  });
}

// What the same page tells where it is opened with what is typed in the fields that a place names.
for (const place of document.querySelectorAll("[data-found-at]")) {
  const form = place.parentElement.querySelector("form[data-draft]"), longest = 1000;
  const value = (name) => (form.elements.namedItem(name)?.value ?? "").slice(0, longest);
  const typed = () => String(new URLSearchParams(place.dataset.foundOf.split(" ").map((name) => [name, value(name)])));
  let waits = 0, asked = typed();
  form.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(async () => {
      const words = typed();
      if (words === asked) return;
      asked = words;
      const answer = await fetch(`${place.dataset.foundAt}?${words}`).catch(() => null);
      if (!answer?.ok || typed() !== words) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...(page.querySelector("[data-found-at]")?.childNodes ?? []));
    }, 400);
  });
}
