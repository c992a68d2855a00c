// Whether two who look at the same record see what the other does: in place, by a quiet line, and who is there.
import { enter, holds, personOf, same, until, violations, wrongsOf } from "./world.mjs";

const place = "/requirement-sets/RS-2026-0017";

/** Ada and Bob, each in a window of their own, at the same set. */
async function both(world) {
  const ada = await enter(world, personOf(world, "ada"));
  const bob = await enter(world, personOf(world, "bob"));
  await ada.goto(place);
  await bob.goto(place);
  await ada.locator("[data-here] .person", { hasText: "Bob Okafor" }).waitFor({ timeout: 8000 });
  return { ada, bob };
}

async function say(tab, words) {
  const field = tab.locator("form.composer textarea#words");
  await field.fill(words);
  await tab.keyboard.press("Escape");
  await Promise.all([tab.waitForNavigation(), tab.keyboard.press("Control+Enter")]);
}

export const checks = {
  "what a colleague says appears in place, while one types": async (world) => {
    const { ada, bob } = await both(world);
    await ada.locator("form.composer textarea#words").fill("I am in the middle of");
    await say(bob, "The seals fit, I looked.");
    await ada.locator("[data-part=timeline]", { hasText: "The seals fit, I looked." }).waitFor({ timeout: 8000 });
    same(await ada.locator("form.composer textarea#words").inputValue(), "I am in the middle of", "what Ada types");
    same(await ada.locator(".news").count(), 0, "lines about a mere remark");
    same(await violations(ada), [], "axe with who is here");
    same([...wrongsOf(ada), ...wrongsOf(bob)], [], "what the browsers complain of");
  },

  "what a colleague changed is told by a quiet line, which shows it": async (world) => {
    const { ada, bob } = await both(world);
    const answer = await bob.evaluate(async (number) => {
      const seen = await fetch(`/api/v1/requirement-sets/${number}`);
      const changed = await fetch(`/api/v1/requirement-sets/${number}`, { method: "PATCH",
        headers: { "Content-Type": "application/json", "If-Match": seen.headers.get("ETag") },
        body: JSON.stringify({ due: "2027-03-15" }) });
      return changed.status;
    }, "RS-2026-0017");
    same(answer, 200, "the change");
    const line = ada.locator(".news");
    await line.waitFor({ timeout: 8000 });
    holds(/^Bob Okafor changed this at \d\d:\d\d\./.test(await line.innerText()), `the line says ${await line.innerText()}`);
    same(await violations(ada), [], "axe with the line");
    await Promise.all([ada.waitForNavigation(), line.getByRole("button").click()]);
    holds((await ada.locator(".page-head").innerText()).includes("15 Mar"), "the change is not shown");
    same(await ada.locator(".news").count(), 0, "lines after it was shown");
    same(wrongsOf(ada), [], "what the browser complains of");
  },

  "who writes is seen to write, and who goes is gone": async (world) => {
    const { ada, bob } = await both(world);
    await bob.locator("form.composer textarea#words").pressSequentially("Hm");
    await ada.locator("[data-here] .person.writes", { hasText: "is writing" }).waitFor({ timeout: 8000 });
    bob.on("dialog", (dialog) => dialog.accept());
    await bob.goto("/");
    await until(async () => await ada.locator("[data-here]").isHidden(), "that Bob is gone", 8000);
    same(await ada.locator("[data-here] .person").count(), 0, "people here");
  },

  "the bell counts at once, and is still when the record was looked at": async (world) => {
    const ada = await enter(world, personOf(world, "ada"));
    const bob = await enter(world, personOf(world, "bob"));
    await bob.goto("/notices");
    const count = async () => Number((await bob.locator("a.told .count").innerText().catch(() => "0")).replace(/\D/g, "") || 0);
    const before = await count();
    await ada.goto(place);
    await say(ada, "Would you look at the seals, @bob.okafor?");
    await until(async () => await count() === before + 1, "one notice more", 8000);
    await bob.goto(place);
    await until(async () => await count() <= before, "that it counts as read", 8000);
    same(wrongsOf(bob), [], "what the browser complains of");
  },

  "a name is completed while one types it": async (world) => {
    const ada = await enter(world, personOf(world, "ada"));
    await ada.goto(place);
    const field = ada.locator("form.composer textarea#words");
    await field.click();
    await field.pressSequentially("Thanks, @bo");
    await ada.locator("#words-names li", { hasText: "Bob Okafor" }).waitFor();
    same(await violations(ada), [], "axe with the names");
    await ada.keyboard.press("Enter");
    same(await field.inputValue(), "Thanks, @bob.okafor ", "what was completed");
    same(await ada.locator("#words-names").isVisible(), false, "the list");
    same(wrongsOf(ada), [], "what the browser complains of");
  },

  "a window that is signed out says so": async (world) => {
    const ben = personOf(world, "ben");
    world.sessions.delete(ben.address);
    const here = await enter(world, ben);
    world.sessions.delete(ben.address);
    const there = await enter(world, ben);
    await here.goto(place);
    await here.waitForTimeout(500);
    await there.goto("/me");
    await there.locator("form[action='/me/sessions/end'] button").click();
    await here.locator(".news", { hasText: /You are signed out here|Sie sind hier abgemeldet/ }).waitFor({ timeout: 5000 });
  },
};
