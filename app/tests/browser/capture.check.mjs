// Whether words of a message become a requirement that leads back to exactly these words.
import { enter, holds, personOf, places, same, until, violations, wrongsOf } from "./world.mjs";

async function message(world) {
  const tab = await enter(world, personOf(world, "ada"));
  await tab.goto(places.conversation);
  await tab.locator(".words[data-source]").first().waitFor();
  return tab;
}

/** Chooses a stretch of unmarked words, cut into the middle of its first and last word. */
const choose = (tab) => tab.evaluate(() => {
  for (const words of document.querySelectorAll(".words[data-source]")) {
    const texts = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const found = !node.parentElement.closest("mark") && /(?<=\s)\p{L}{4,} \p{L}{2,} \p{L}{4,}(?=\s)/u.exec(node.data);
      if (!found) continue;
      getSelection().setBaseAndExtent(node, found.index + 1, node, found.index + found[0].length - 1);
      return found[0];
    }
  }
  return null;
});

/** Each field with its value; no name may stand twice. */
const fields = (tab) => tab.locator("#capture").evaluate((form) => {
  const all = [...new FormData(form)];
  if (new Set(all.map(([name]) => name)).size !== all.length) throw new Error("A name stands twice in the form.");
  return Object.fromEntries(all);
});

export const checks = {
  "the text in the page is exactly the text whose places are counted": async (world) => {
    const tab = await message(world);
    const wrong = await tab.locator(".words[data-source]").evaluateAll((all) => all
      .filter((words) => [...words.textContent].length !== Number(words.dataset.length)).map((words) => words.dataset.source));
    same(wrong, [], "sources whose text differs from its length");
  },

  "chosen words open the form with whole words, their place and what stands around": async (world) => {
    const tab = await message(world);
    const wanted = await choose(tab);
    holds(wanted, "the page has no unmarked words to choose");
    await tab.locator(".picks").waitFor();
    same(await violations(tab), [], "axe with the bar");
    await tab.keyboard.press("r");
    await tab.locator("dialog[open] #capture").waitFor();
    same(await violations(tab), [], "axe with the form");
    const filled = await fields(tab);
    same(filled.exact, wanted, "the words");
    same(filled.statement, wanted, "the statement");
    const there = await tab.evaluate(({ text, start, end }) => {
      const signs = [...document.querySelector(`.words[data-source="${text}"]`).textContent];
      const cut = (from, to) => signs.slice(Math.max(0, from), to).join("");
      return [cut(+start, +end), cut(+start - 32, +start), cut(+end, +end + 32)];
    }, filled);
    same(there, [filled.exact, filled.prefix, filled.suffix].map((text) => text.replaceAll("\r\n", "\n")), "what stands at that place");
  },

  "Esc closes the form and returns to the text": async (world) => {
    const tab = await message(world);
    await choose(tab);
    await tab.keyboard.press("r");
    await tab.locator("dialog[open] #capture").waitFor();
    await tab.keyboard.press("Escape");
    same(await tab.locator("dialog[open]").count(), 0, "open dialogs");
    holds(await tab.evaluate(() => document.activeElement.matches(".words")), "the focus is not at the text");
  },

  "what is half written at one text waits there, and another text begins anew": async (world) => {
    const tab = await enter(world, personOf(world, "ada"));
    const texts = [];
    await tab.goto(places.conversation);
    for (const it of await tab.locator(".words[data-source]").all()) texts.push(await it.getAttribute("data-source"));
    holds(texts.length > 1, "the conversation has one text only");
    const at = async (source) => {
      await tab.locator(`.words[data-source="${source}"]`).evaluate((words) => {
        const texts = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
        for (let node = texts.nextNode(); node; node = texts.nextNode()) {
          const found = /\p{L}{3,}/u.exec(node.data);
          if (found) return getSelection().setBaseAndExtent(node, found.index, node, found.index + found[0].length);
        }
      });
      await tab.locator(".picks").waitFor();
      await tab.keyboard.press("r");
      await tab.locator("dialog[open] #capture").waitFor();
    };
    const title = tab.locator('#capture [name="set_title"]');
    const kept = (source) => tab.waitForResponse((answer) => answer.request().method() === "PUT" && decodeURIComponent(answer.url()).endsWith(`passage:${source}`));
    await at(texts[0]);
    const first = kept(texts[0]);
    await title.fill("Of the first");
    await tab.keyboard.press("Escape");
    await at(texts[1]);
    await first;
    same(await title.inputValue(), "", "the form at the other text");
    const second = kept(texts[1]);
    await title.fill("Of the second");
    await second;
    await tab.goto(places.conversation);
    for (const [source, wanted] of [[texts[0], "Of the first"], [texts[1], "Of the second"]]) {
      await at(source);
      await tab.locator("#capture [data-act=use]").click();
      same(await title.inputValue(), wanted, "what is offered");
      await tab.keyboard.press("Escape");
    }
    same(wrongsOf(tab), [], "what the browser complains of");
    for (const source of texts.slice(0, 2)) await tab.request.delete(`/drafts/${encodeURIComponent(`passage:${source}`)}`, { headers: { Origin: world.at } });
  },

  "words for any section of a set are looked at while they are written": async (world) => {
    const tab = await message(world);
    await choose(tab);
    await tab.keyboard.press("r");
    await tab.locator("dialog[open] #capture").waitFor();
    const { text } = await fields(tab);
    const kept = tab.waitForResponse((answer) => answer.request().method() === "PUT" && decodeURIComponent(answer.url()).endsWith(`passage:${text}`));
    // As the choice of a set of two sections names the second.
    await tab.locator('#capture [name="set"]').evaluate((choice, set) => choice.append(new Option("The second", `${set}#s2`)), places.set.split("/").at(-1));
    await tab.locator('#capture [name="set"]').selectOption({ label: "The second" });
    await tab.locator('#capture [name="statement"]').fill("The pump shall be user friendly.");
    await tab.locator("#capture .finding", { hasText: "user friendly" }).first().waitFor();
    same(wrongsOf(tab), [], "what the browser complains of");
    await kept;
    await tab.keyboard.press("Escape");
    await tab.request.delete(`/drafts/${encodeURIComponent(`passage:${text}`)}`, { headers: { Origin: world.at } });
  },

  "the words carry their mark after sending": async (world) => {
    const tab = await message(world);
    const wanted = await choose(tab);
    const before = await tab.locator("mark[data-passage]").count();
    await tab.keyboard.press("r");
    await tab.locator("dialog[open] #capture").waitFor();
    // The customer has no set that is worked on, so the words open one.
    await tab.locator('#capture [name="set_title"]').fill("What came up since");
    await Promise.all([tab.waitForNavigation(), tab.locator("#capture").evaluate((form) => form.requestSubmit())]);
    await tab.goto(places.conversation);
    await until(async () => (await tab.locator("mark[data-passage]").count()) > before, "one mark more");
    const marked = await tab.locator("mark[data-passage]").allInnerTexts();
    holds(marked.some((text) => text.includes(wanted)), `“${wanted}” is not marked: ${marked.join(" | ")}`);
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "a mark leads to its note, and an address to the mark": async (world) => {
    const tab = await message(world);
    const mark = tab.locator("mark[data-passage][id]").first();
    const passage = await mark.getAttribute("data-passage");
    const focused = () => tab.evaluate(() => document.activeElement.closest("[id]")?.id);
    await mark.click();
    await until(async () => (await focused()) === `note-${passage}`, "the note has the focus");
    await tab.goto("about:blank");
    await tab.goto(`${places.conversation}#passage-${passage}`);
    await until(async () => (await focused()) === `passage-${passage}`, "the mark has the focus on arrival");
  },
};
