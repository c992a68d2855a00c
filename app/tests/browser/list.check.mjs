// Whether a list is filtered, shaped, kept and changed by keyboard, and by people without a script.
import { enter, holds, personOf, places, same, until, violations, wrongsOf } from "./world.mjs";

const list = "/requirement-sets?view=all";
const ada = (world) => personOf(world, "ada");
const field = (tab) => tab.locator("input[name=filter]");
const rows = (tab) => tab.locator("[data-walk] tbody tr");

async function open(world, options) {
  const tab = await enter(world, ada(world), options);
  await tab.goto(list);
  return tab;
}

export const checks = {
  "filters are suggested while one types, and chosen by keyboard": async (world) => {
    const tab = await open(world);
    await field(tab).fill("custo");
    await tab.locator("#filter-suggested li").first().waitFor();
    same(await violations(tab), [], "axe with suggestions");
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("Enter");
    same(await field(tab).inputValue(), "customer:", "the name of the filter");
    await field(tab).pressSequentially("meri");
    await until(() => tab.locator("#filter-suggested li", { hasText: "Meridian" }).first().innerText(), "the customer");
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("Tab");
    holds((await field(tab).inputValue()).startsWith("customer:\"Meridian"), "the customer was not taken over");
    await Promise.all([tab.waitForNavigation(), tab.keyboard.press("Enter")]);
    holds((await tab.locator(".chip").first().innerText()).includes("Meridian"), "no chip for the customer");
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "a view is kept as a tab with its count, and removed": async (world) => {
    const tab = await open(world);
    await tab.goto(`${list}&q=customer:meridian`);
    const shown = await rows(tab).count();
    await tab.locator("details summary", { hasText: "Save this view" }).click();
    same(await violations(tab), [], "axe with the form");
    await tab.locator("form[action$='/views'] input[name=name]").fill("Checked by a browser");
    await Promise.all([tab.waitForNavigation(), tab.locator("button", { hasText: "Save as a new view" }).click()]);
    const here = tab.locator(".tabs [aria-current]");
    same((await here.innerText()).replace(/\s+/g, " "), `Checked by a browser ${shown}`, "the tab");
    await tab.locator("details summary", { hasText: "Save this view" }).click();
    await Promise.all([tab.waitForNavigation(), tab.locator("button", { hasText: "Remove it" }).click()]);
    same(await tab.locator(".tabs a", { hasText: "Checked by a browser" }).count(), 0, "tabs after removing");
  },

  "columns are chosen and stay": async (world) => {
    const tab = await open(world);
    await tab.locator("details summary", { hasText: "Columns" }).click();
    await tab.locator(".columns input[value='due']").uncheck();
    await tab.locator(".columns input[value='created']").check();
    same(await violations(tab), [], "axe with the columns");
    await Promise.all([tab.waitForNavigation(), tab.locator("button", { hasText: "Show these" }).click()]);
    await tab.goto(list);
    const heads = (await tab.locator("thead th").allInnerTexts()).map((it) => it.trim());
    holds(heads.includes("Opened") && !heads.includes("Due"), `the columns are ${heads}`);
    await tab.locator("details summary", { hasText: "Columns" }).click();
    await Promise.all([tab.waitForNavigation(), tab.locator("button", { hasText: "As the house shows them" }).click()]);
    holds((await tab.locator("thead th").allInnerTexts()).some((it) => it.trim() === "Due"), "the house's columns are not back");
  },

  "rows are walked, marked and changed by keyboard, and it is taken back": async (world) => {
    const tab = await open(world);
    await tab.locator("main h1").click();
    for (const key of ["j", "x", "j", "x"]) await tab.keyboard.press(key);
    await until(async () => (await tab.locator("#bulk [data-marked]").innerText()).startsWith("2"), "two marked");
    await Promise.all([tab.waitForNavigation(), tab.locator("#bulk button", { hasText: "Change them" }).click()]);
    same(await violations(tab), [], "axe on the page of changes");
    await tab.locator("section[aria-labelledby=change-due] input[name=due]").fill("2030-01-31");
    await Promise.all([tab.waitForNavigation(), tab.locator("button", { hasText: "Set the due day" }).click()]);
    holds((await tab.locator("main").innerText()).includes("2 changed"), "not both were changed");
    same(await violations(tab), [], "axe on the outcome");
    await Promise.all([tab.waitForNavigation(), tab.locator("button", { hasText: "Take it back" }).click()]);
    holds((await tab.locator("main").innerText()).includes("This was taken back."), "it was not taken back");
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "without a script the list is filtered and changed all the same": async (world) => {
    const tab = await open(world, { script: false });
    await field(tab).fill("customer:meridian is:open");
    await Promise.all([tab.waitForNavigation(), field(tab).press("Enter")]);
    same(await tab.locator(".chip").count(), 2, "chips");
    await tab.locator("tbody input[name=marked]").first().check();
    await Promise.all([tab.waitForNavigation(), tab.locator("#bulk button", { hasText: "Change them" }).click()]);
    await Promise.all([tab.waitForNavigation(), tab.locator("button", { hasText: "Watch them" }).first().click()]);
    holds((await tab.locator("main").innerText()).includes("1 changed"), "it was not watched");
    await Promise.all([tab.waitForNavigation(), tab.locator("button", { hasText: "Take it back" }).click()]);
  },

  "marked requirements are given a value without a script, on a page without a flaw": async (world) => {
    const tab = await enter(world, ada(world), { script: false });
    await tab.goto(places.table);
    await tab.locator("tbody input[name=marked]").first().check();
    await Promise.all([tab.waitForNavigation(), tab.locator("button", { hasText: "Give them a value" }).click()]);
    const page = await tab.locator('a[href*="/bulk/edit?"]').first().getAttribute("href");
    const seen = await enter(world, ada(world));
    await seen.goto(page);
    same(await violations(seen), [], "axe on the page that gives many a value");
  },

  "the inbox is a list like the others: walked and marked by keyboard, and a row opens beside its list": async (world) => {
    const tab = await enter(world, ada(world));
    await tab.goto("/inbox?view=all");
    same(await violations(tab), [], "axe on the inbox");
    await tab.locator("main h1").click();
    for (const key of ["j", "x"]) await tab.keyboard.press(key);
    await until(async () => (await tab.locator("#bulk [data-marked]").innerText()).startsWith("1"), "one marked");
    holds(await tab.locator("#bulk button", { hasText: "Take them over" }).isVisible(), "no button takes them over");
    const title = tab.locator("[data-walk] .at th a");
    const address = await title.getAttribute("href");
    holds(address.includes("?view=all"), `the row leads to ${address}`);
    await Promise.all([tab.waitForNavigation(), title.click()]);
    same(await tab.locator(".letters [aria-current]").count(), 1, "the open one in the list beside it");
    holds((await tab.locator(".views .tabs [aria-current]").innerText()).startsWith("All"), "another view stands beside it");
    same(await violations(tab), [], "axe on a conversation");
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "a table with all columns scrolls in its own place": async (world) => {
    const tab = await enter(world, ada(world), { width: 1280 });
    await tab.goto("/requirement-sets/RS-2026-0017/table?columns=all");
    const [page, view] = await tab.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    holds(page <= view, `the page is ${page} wide in a window of ${view}`);
    const sheet = tab.locator(".table-sheet.wide");
    await sheet.evaluate((it) => { it.scrollLeft = 600; });
    const [left, number] = await sheet.evaluate((it) => [it.getBoundingClientRect().left, it.querySelector("tbody .stays").getBoundingClientRect().left]);
    holds(Math.abs(left - number) < 3, `the number stands at ${number}, its sheet at ${left}`);
  },
};
