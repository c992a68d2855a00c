// While a number is typed, what can be seen is looked for by number, title and words. Without this script the
// field takes a number.
for (const field of document.querySelectorAll("[data-finds]")) {
  const list = document.getElementById(field.dataset.finds);
  let asked = 0, waiting;

  const look = async () => {
    const words = field.value.trim();
    const turn = ++asked;
    if (!words) return list.replaceChildren();
    const question = new URLSearchParams({ q: words });
    const answer = await fetch(`/search?${question}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || turn !== asked) return;
    const { found = [] } = await answer.json();
    const known = new Map(found.map(({ number, title, kind }) => [number, `${title}, ${kind}`]));
    list.replaceChildren(...[...known].map(([number, title]) =>
      Object.assign(document.createElement("option"), { value: `${number} ${title}` })));
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  });
}
