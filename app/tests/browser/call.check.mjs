// Whether a call is written down by one key: from what one looks at, to a record with its words.
import { enter, holds, personOf, same, sideways, until, violations, wrongsOf } from "./world.mjs";

const marta = "Marta Ruiz";

/** Ada looks at a customer and presses the key. */
async function calling(world, options) {
  const tab = await enter(world, personOf(world, "ada"), options);
  await tab.goto("/customers/K-1005");
  await Promise.all([tab.waitForURL(/\/calls\/new/), tab.keyboard.press("c")]);
  return tab;
}

export const checks = {
  "c opens the form with the customer one looked at, ready to type": async (world) => {
    const tab = await calling(world);
    same(await tab.locator("#party option:checked").innerText(), "Sunfield Juices S.A.", "the customer");
    holds(await tab.evaluate(() => document.activeElement.name === "with"), "the focus is not in the first field");
    same(await violations(tab), [], "axe");
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "c types a c where one writes": async (world) => {
    const tab = await calling(world);
    await tab.locator("#with").pressSequentially("c");
    holds(tab.url().includes("/calls/new"), "the key led away");
    same(await tab.locator("#with").inputValue(), "c", "what was typed");
  },

  "people are found as one types, and their card stands beside": async (world) => {
    const tab = await calling(world);
    await tab.locator("#with").pressSequentially("marta r");
    await until(async () => (await tab.locator("#callers li").first().innerText().catch(() => "")).includes(marta), "Marta is proposed");
    same(await violations(tab), [], "axe with the proposals");
    await tab.keyboard.press("Enter");
    await until(async () => (await tab.locator("#card").innerText()).includes(marta), "her card stands there");
    same(await tab.locator("#with").inputValue(), marta, "the name");
    holds(await tab.evaluate(() => document.activeElement.name === "title"), "the focus did not go on");
  },

  "what is typed while one speaks is kept and offered again": async (world) => {
    const tab = await calling(world);
    await tab.locator("#notes").fill("Two more pumps, she says");
    await until(async () => (await tab.locator("[data-draft-state]").count()) === 0 ||
      (await tab.locator("[data-draft-state]").first().innerText()) !== "", "the draft is kept");
    await tab.waitForTimeout(3000);
    const again = await calling(world);
    await again.locator('.note [data-act="use"]').click();
    same(await again.locator("#notes").inputValue(), "Two more pumps, she says", "the draft");
    await again.locator("#with").fill(marta);
    await again.locator("#title").fill("More pumps");
    await again.locator("#said").fill("Two more pumps");
    await Promise.all([again.waitForURL(/\/calls\/CA-/), again.keyboard.press("Control+Enter")]);
    const page = await again.locator("main").innerText();
    for (const words of ["Two more pumps, she says", "said, not written", "More pumps"]) holds(page.includes(words), `${words} is not on the page`);
    same(await violations(again), [], "axe on the record");
    same(wrongsOf(again), [], "what the browser complains of");
  },

  "nothing scrolls sideways on a phone": async (world) => {
    for (const dark of [false, true]) {
      const tab = await enter(world, personOf(world, "ada"), { width: 360, dark });
      for (const place of ["/calls/new", "/calls", "/calls/CA-2026-0207", "/meetings", "/meetings/new", "/meetings/MT-2026-0014"]) {
        await tab.goto(place);
        same(await sideways(tab), [], place);
        same(await violations(tab), [], `axe at ${place}`);
      }
    }
  },
};
