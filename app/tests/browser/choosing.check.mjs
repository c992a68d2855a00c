// Whether one of many is chosen by keyboard while one types.
import { enter, holds, personOf, same, until, violations, wrongsOf } from "./world.mjs";

const field = (tab) => tab.locator("#whose");
const lines = (tab) => tab.locator("#whose-suggested li");

async function open(world) {
  const tab = await enter(world, personOf(world, "ada"));
  await tab.goto("/design");
  return tab;
}

export const checks = {
  "a customer is suggested while one types, and chosen by keyboard": async (world) => {
    const tab = await open(world);
    same(await field(tab).getAttribute("role"), "combobox", "the role of the field");
    await field(tab).click();
    await tab.keyboard.type("meridian");
    await until(async () => (await lines(tab).count()) > 0, "suggestions");
    same(await field(tab).getAttribute("aria-expanded"), "true", "that the list is open");
    same((await violations(tab)).filter((it) => it.includes("whose")), [], "axe with suggestions");
    await tab.keyboard.press("ArrowDown");
    const pointed = await field(tab).getAttribute("aria-activedescendant");
    same(await tab.locator(`[id="${pointed}"]`).getAttribute("aria-selected"), "true", "the line that is pointed at");
    await tab.keyboard.press("Enter");
    holds(/^K-\d+ Meridian/.test(await field(tab).inputValue()), `${await field(tab).inputValue()} was chosen`);
    same(await field(tab).getAttribute("aria-expanded"), "false", "that the list is closed");
    same(new URL(tab.url()).pathname, "/design", "the page: choosing sends nothing");
    await tab.waitForTimeout(300);
    same(await lines(tab).first().isVisible(), false, "that the list stays closed");
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "Escape leaves what was typed, and Tab goes on": async (world) => {
    const tab = await open(world);
    await field(tab).click();
    await tab.keyboard.type("meri");
    await until(async () => (await lines(tab).count()) > 0, "suggestions");
    await tab.keyboard.press("Escape");
    same(await lines(tab).first().isVisible(), false, "that the list is closed");
    same(await field(tab).inputValue(), "meri", "what was typed");
    await tab.keyboard.press("Tab");
    same(await field(tab).evaluate((it) => it === document.activeElement), false, "that the field was left");
  },
};
