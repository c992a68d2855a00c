// How far it is from the first page to a signed set: every click and every field of everybody is counted, and may not
// become more. Nothing is done by program; each begins on their first page.
import { meridian } from "./signoff.check.mjs";
import { enter, holds, letterTo, personOf } from "./world.mjs";

const clara = { role: "Design", address: "clara.weiss@kestrel-dosing.example", password: "clara-right-millilitre" };
/** So many clicks and fields everybody together needs at most. */
const most = { clicks: 37, fields: 9 };

/** Counts what somebody does in a window. */
function counted(tab, who, sums) {
  const sum = (sums[who] ??= { clicks: 0, fields: 0 });
  return {
    tab,
    async click(what) {
      sum.clicks += 1;
      if (process.env.TELL) console.log(`        ${who}: click ${what}`);
      await (typeof what === "string" ? tab.locator(what) : what).first().click({ timeout: 60_000 });
    },
    async fill(what, words) { sum.fields += 1; await tab.locator(what).first().fill(words); },
    async choose(what, label) { sum.fields += 1; await tab.locator(what).first().selectOption(label); },
    words: () => tab.locator("main").innerText(),
  };
}

async function comes(world, person, who, sums) {
  const tab = await enter(world, person);
  await tab.goto("/");
  return { ...counted(tab, who, sums), password: person.password };
}

/** Judges what the first page says, and signs. */
async function judges(by, review) {
  await by.click(`main a[href="${review}"]`);
  for (const accept of await by.tab.locator("main .verdict label.good").all()) await by.click(accept);
  await by.click('form[action$="/verdicts"] button.first');
  await by.click('a[href*="/commit?"]');
  await by.click('input[name="feasible"]');
  await by.fill('input[type="password"]', by.password);
  await by.click('form[action$="/commit"] button.first');
  holds(/committed to|zugesagt/.test(await by.words()), `it is not signed: ${await by.words()}`);
}

export const checks = {
  "from the first page to a signed set in so many clicks": async (world) => {
    const sums = {};
    const title = `Spare heads ${Date.now() % 100000}`;
    const ada = await comes(world, personOf(world, "ada"), "Ada", sums);
    await ada.click('a[href="/new"]');
    await ada.click('main a[href="/requirement-sets/new"]');
    await ada.fill('input[name="title"]', title);
    await ada.choose('select[name="customer"]', { label: "Meridian Dairies Ltd" });
    await ada.click("main form button.first");
    const set = new URL(ada.tab.url()).pathname.split("/")[2];
    holds(/^RS-/.test(set), `there is no set: ${ada.tab.url()}`);
    if (!(await ada.tab.locator('textarea[name="statement"]').count())) await ada.click(`a[href="/requirement-sets/${set}/new"]`);
    await ada.fill('textarea[name="statement"]', "Two heads of each line shall lie at Northallerton.");
    await ada.click(ada.tab.locator("form", { has: ada.tab.locator('textarea[name="statement"]') }).locator("button.first"));
    if (!(await ada.tab.locator('a[href$="/release"]').count())) await ada.click(`main a[href="/requirement-sets/${set}"]`);
    await ada.click('a[href$="/release"]');
    await ada.click("main form button.first");
    await ada.click(`a[href*="/reviews/new?subject="]`);
    await ada.click(ada.tab.locator('form[action="/reviews"] button.first'));
    holds(/\/reviews\/RV-/.test(ada.tab.url()), `no review began: ${await ada.words()}`);
    const review = new URL(ada.tab.url()).pathname;

    for (const [person, who] of [[personOf(world, "bob"), "Bob"], [clara, "Clara"]]) {
      const by = await comes(world, person, who, sums);
      await judges(by, review);
    }
    const henrik = await comes(world, personOf(world, "henrik"), "Henrik", sums);
    await henrik.click(`main a[href="${review}"]`);
    await henrik.click('a[href$="/close"]');
    await henrik.fill('input[type="password"]', henrik.password);
    await henrik.click('button[value="accept"]');

    await ada.tab.goto("/");
    // She owns what was accepted, and is told so.
    await ada.click("a.told");
    await ada.click(`main a[href*="${set}"], main a[href*="${review}"]`);
    if (!ada.tab.url().includes(set)) await ada.click(`a[href^="/requirement-sets/${set}"]`);
    await ada.click('a[href*="/sign-offs/new?subject="]');
    await ada.fill('textarea[name="summary"]', "Two spare heads for each line.");
    const carlSigns = ada.tab.locator('label:has-text("Carl Whitfield") input');
    if (!(await carlSigns.isChecked())) await ada.click(carlSigns);
    await ada.click('form[action="/sign-offs"] button.first');
    holds(/\/sign-offs\/SF-/.test(ada.tab.url()), `it was not offered: ${await ada.words()}`);

    const phone = await world.browser.newContext({ baseURL: world.at, viewport: { width: 360, height: 740 }, javaScriptEnabled: false, locale: "en-GB" });
    const carl = counted(await phone.newPage(), "Carl", sums);
    sums.Carl.clicks += 1; // the link in the letter
    const link = letterTo(world, meridian).match(/\/sign\/[0-9a-f]+/)[0];
    await carl.tab.goto(link);
    await carl.click('form[action$="/code"] button');
    await carl.fill('input[name="code"]', letterTo(world, meridian).match(/your code is (\d{6})/)[1]);
    await carl.click('form[action$="/enter"] button');
    await carl.fill('input[name="role"]', "Project engineer");
    await carl.click('button[formaction$="/confirm"]');
    holds((await carl.words()).includes("Thank you"), await carl.words());
    await ada.tab.goto(`/requirement-sets/${set}`);
    holds((await ada.words()).includes("Agreed"), "the set is agreed");

    const of = (what) => Object.values(sums).reduce((sum, each) => sum + each[what], 0);
    const each = Object.entries(sums).map(([who, { clicks, fields }]) => `${who} ${clicks} clicks and ${fields} fields`).join(", ");
    console.log(`        ${of("clicks")} clicks and ${of("fields")} fields: ${each}`);
    holds(of("clicks") <= most.clicks && of("fields") <= most.fields, `it became farther: ${each}`);
    await phone.close();
  },
};
