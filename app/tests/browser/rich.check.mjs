// Whether rich text is written by buttons, keys and pasting, in forms and in the table, and is seen before it is saved.
import { enter, holds, personOf, places, same, until, violations, wrongsOf } from "./world.mjs";

async function form(world) {
  const tab = await enter(world, personOf(world, "ada"));
  await tab.goto(places.table);
  const number = await tab.locator("tr[data-number]").first().getAttribute("data-number");
  await tab.goto(`/requirements/${number}/edit`);
  await tools(tab).waitFor();
  return tab;
}

const tools = (tab) => tab.locator(".field:has(#statement) .writing-tools");
const written = (tab) => tab.locator("#statement").inputValue();
const choose = (tab, words) => tab.locator("#statement").evaluate((area, words) => {
  area.focus();
  area.setSelectionRange(area.value.indexOf(words), area.value.indexOf(words) + words.length);
}, words);

/** Pastes as a text program hands it over. */
export const paste = (tab, text, html) => tab.evaluate(([text, html]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  clipboardData.setData("text/html", html);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}, [text, html]);

const copied = ["A\tB\nC\tD", "<table><tr><th>Line</th><th>Pump</th></tr><tr><td>A</td><td>KD-20</td></tr></table>"];

export const checks = {
  "words become bold and a list by key, and what was is there again": async (world) => {
    const tab = await form(world);
    await tab.locator("#statement").fill("It shall never leak.");
    await choose(tab, "never");
    await tab.keyboard.press("Control+b");
    same(await written(tab), "It shall **never** leak.", "bold");
    await tab.keyboard.press("Control+b");
    same(await written(tab), "It shall never leak.", "bold taken back");
    await tab.keyboard.press("Control+i");
    same(await written(tab), "It shall _never_ leak.", "italic");
    await tab.keyboard.press("Control+z");
    same(await written(tab), "It shall never leak.", "undone by the browser");
    await tab.keyboard.press("Tab");
    holds(await tools(tab).evaluate((bar) => bar.firstChild === document.activeElement), "the buttons are not the next stop");
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("Enter");
    same(await written(tab), "- It shall never leak.", "a list");
    await tools(tab).locator("[data-act=list]").click();
    same(await written(tab), "It shall never leak.", "no list");
    await choose(tab, "leak");
    await tools(tab).locator("[data-act=web-link]").click();
    await tab.keyboard.type("https://kestrel.example/leak");
    same(await written(tab), "It shall never [leak](https://kestrel.example/leak).", "a link");
    await tab.locator("#statement").fill("As follows:");
    await tools(tab).locator("[data-act=table]").click();
    await tab.keyboard.type("Line");
    same(await written(tab), "As follows:\n\n| Line |  |\n| --- | --- |\n|  |  |\n", "a table");
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "the preview shows what the page will show": async (world) => {
    const tab = await form(world);
    await tab.locator("#statement").fill("It shall **never** leak.\n\n<script>alert(1)</script>");
    await tools(tab).locator("[data-act=preview]").click();
    const shown = tab.locator(".field:has(#statement) .preview .prose");
    await until(async () => (await shown.locator("strong").allInnerTexts()).join() === "never", "the preview");
    same(await shown.locator("script").count(), 0, "scripts in it");
    same(await violations(tab), [], "axe");
    await tab.locator("#statement").fill("It shall _always_ hold.");
    await until(async () => (await shown.locator("em").allInnerTexts()).join() === "always", "the preview follows");
    const html = await shown.innerHTML();
    await Promise.all([tab.waitForURL((url) => !url.pathname.endsWith("/edit")), tab.locator("#statement").press("Control+Enter")]);
    holds((await tab.content()).includes(html), "the page shows something else");
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "a table pasted into a form is one in Markdown": async (world) => {
    const tab = await form(world);
    await tab.locator("#statement").fill("");
    await paste(tab, ...copied);
    await until(async () => /\| KD-20 +\|/.test(await written(tab)), "the table");
    await tab.locator("#statement").fill("");
    await paste(tab, "8.7", "<table><tr><td>8.7</td></tr></table>");
    same(await tab.locator("#statement").evaluate((area) => area.value.includes("|")), false, "one cell is no table");
  },

  "in a cell of the table what is pasted keeps its form, and a range stays one": async (world) => {
    const tab = await enter(world, personOf(world, "ada"));
    await tab.goto(places.table);
    const cell = tab.locator('tr[data-number] td[data-field="statement"]').first();
    await cell.click();
    await tab.keyboard.press("Enter");
    await tab.locator(".writer [name=written]").fill("");
    await paste(tab, "never", "<p>It shall <b>never</b> leak.</p>");
    await until(async () => (await tab.locator(".writer [name=written]").inputValue()).includes("**never**"), "the cell");
    await tab.keyboard.press("Escape");
    await paste(tab, ...copied);
    await tab.locator(".paste").waitFor();
  },
};
