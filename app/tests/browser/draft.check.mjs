// Whether what is typed into a form survives leaving the page, until it is sent or thrown away.
import { enter, holds, personOf, places, same, until, violations, wrongsOf } from "./world.mjs";

// A composer that is open from the first: what is said about a set.
const place = "/requirement-sets/RS-2026-0017";

async function form(world) {
  const tab = await enter(world, personOf(world, "ada"));
  tab.on("dialog", (dialog) => dialog.accept());
  await tab.goto(place);
  await tab.locator("form[data-draft] textarea:visible").first().waitFor();
  return tab;
}

const field = (tab) => tab.locator("form[data-draft] textarea:visible").first();
const kept = (tab) => tab.waitForResponse((answer) => answer.request().method() === "PUT" && answer.url().includes("/drafts/"));

async function type(tab, text) {
  const keeping = kept(tab);
  await field(tab).fill(text);
  holds((await keeping).status() < 300, "the draft was refused");
  await until(() => tab.locator("[data-draft-state]").first().innerText(), "a word about the draft");
}

export const checks = {
  "a text left unsent is offered on return, and can be used": async (world) => {
    const tab = await form(world);
    await type(tab, "Dear Carl, half a reply");
    await tab.goto(places.home);
    await tab.goto(place);
    await tab.locator("[data-act=use]").waitFor();
    same(await violations(tab), [], "axe with the offer");
    await tab.locator("[data-act=use]").click();
    same(await field(tab).inputValue(), "Dear Carl, half a reply", "the text");
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "a draft thrown away does not come back": async (world) => {
    const tab = await form(world);
    await type(tab, "Not this one");
    await tab.goto(place);
    const thrown = tab.waitForResponse((answer) => answer.request().method() === "DELETE");
    await tab.locator("[data-act=throw]").click();
    await thrown;
    const asked = tab.waitForResponse((answer) => answer.request().method() === "GET" && answer.url().includes("/drafts/"));
    await tab.goto(place);
    same((await asked).status(), 204, "the draft");
    same(await tab.locator("[data-act=use]").count(), 0, "offers");
  },

  "Ctrl-Enter sends the form, and its draft is over": async (world) => {
    const tab = await form(world);
    await type(tab, "Dear Carl, the whole reply");
    await Promise.all([tab.waitForNavigation(), tab.keyboard.press("Control+Enter")]);
    const after = tab.waitForRequest((request) => request.method() === "DELETE" && request.url().includes("/drafts/"));
    await tab.goto(place).catch(() => {});
    await Promise.race([after, tab.waitForTimeout(1500)]);
    await tab.goto(place);
    await tab.waitForTimeout(500);
    same(await tab.locator("[data-act=use]").count(), 0, "offers after sending");
  },

  "what was learned in changes like it is told while one is raised": async (world) => {
    const tab = await enter(world, personOf(world, "ada"));
    await tab.goto("/changes/new");
    const told = tab.locator("[data-found-at] li");
    same(await told.count(), 0, "lessons before anything is typed");
    await tab.locator("#title").fill("Trace heating of caustic lines");
    await until(async () => (await told.count()) > 0, "lessons");
    same(await violations(tab), [], "axe with lessons");
    same(await tab.locator("#title").inputValue(), "Trace heating of caustic lines", "what was typed");
    same(wrongsOf(tab), [], "what the browser complains of");
  },
};
