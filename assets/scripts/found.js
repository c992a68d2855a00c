// What may be affected is looked for while numbers are typed. Without this script a button looks.
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
