// Whether Ctrl-K finds records and commands by keyboard, and shows nobody what is not theirs.
import { enter, holds, personOf, places, same, until, violations, wrongsOf } from "./world.mjs";

async function open(world, who, keys = "Control+k") {
  const tab = await enter(world, personOf(world, who));
  await tab.goto(places.home);
  await tab.locator("dialog.palette").waitFor({ state: "attached" });
  await tab.keyboard.press(keys);
  await tab.locator("dialog.palette[open]").waitFor();
  return tab;
}

const found = (tab) => tab.locator("dialog.palette [role=option]").allInnerTexts();

export const checks = {
  "Ctrl-K finds a record while one types, and Enter goes there": async (world) => {
    const tab = await open(world, "ada");
    await until(async () => (await found(tab)).length > 0, "commands before anything is typed");
    await tab.keyboard.type("RS-2026-0017");
    await until(async () => (await found(tab)).some((line) => line.startsWith("RS-2026-0017 ")), "the set");
    same(await violations(tab), [], "axe with the palette");
    await Promise.all([tab.waitForURL((url) => url.pathname.endsWith("/RS-2026-0017")), tab.keyboard.press("Enter")]);
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "whoever types fast goes where the words lead, not where the list stood before": async (world) => {
    const tab = await open(world, "ada");
    await until(async () => (await found(tab)).length > 0, "commands before anything is typed");
    await tab.locator("dialog.palette input").fill("RS-2026-0017");
    await Promise.all([tab.waitForURL((url) => url.pathname.endsWith("/RS-2026-0017")), tab.keyboard.press("Enter")]);
  },

  "arrows choose, Esc closes, and a stroke opens it again": async (world) => {
    const tab = await open(world, "ada");
    await until(async () => (await found(tab)).length > 1, "commands");
    await tab.keyboard.press("ArrowDown");
    same(await tab.locator("dialog.palette [role=option]").nth(1).getAttribute("aria-selected"), "true", "the second line");
    await tab.keyboard.press("Escape");
    await until(async () => (await tab.locator("dialog.palette[open]").count()) === 0, "closed");
    await tab.keyboard.press("/");
    await tab.locator("dialog.palette[open]").waitFor();
  },

  "Eve finds nothing of Meridian": async (world) => {
    const tab = await open(world, "eve");
    for (const words of ["Northallerton", "CIP 3", "4500017731", "RS-2026-0017"]) {
      const answered = tab.waitForResponse((answer) => new URL(answer.url()).searchParams.get("q") === words);
      await tab.locator("dialog.palette input").fill(words);
      await answered;
      await tab.waitForTimeout(100);
      const lines = await found(tab);
      holds(!lines.some((line) => /RS-2026-0017|CV-2026-0231|Meridian|CIP 3/.test(line)), `${words}: ${lines.join(", ")}`);
    }
  },
};
