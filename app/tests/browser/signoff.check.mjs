// From a released set to the customer's signature: functions judge on the page, the customer comes by the link of a
// letter, without an account, on a phone, without script.
import { gzipSync } from "node:zlib";
import { enter, holds, letterTo, personOf, sends, sideways, violations } from "./world.mjs";

const heaviest = 60 * 1024; // bytes, compressed: the page, its style sheet and its scripts
export const meridian = "carl.whitfield@meridian-dairies.example";
const clara = { role: "Design", address: "clara.weiss@kestrel-dosing.example", password: "clara-right-millilitre" };

/** The number of the first of some that fits. */
export const first = async (tab, address, fits) => (await (await tab.request.get(address)).json()).items.find(fits).number;

/** Judges what waits on the page of a review, and signs. */
async function judges(tab, review) {
  await tab.goto(`/reviews/${review}`);
  for (const accept of await tab.locator('main .verdict label.good').all()) await accept.click();
  await tab.locator('form[action$="/verdicts"] button.first').click();
  await tab.locator('a[href*="/commit?"]').click();
  await tab.locator('input[name="feasible"]').first().check();
  await tab.locator('input[type="password"]').fill(tab.password);
  await tab.locator('form[action$="/commit"] button.first').click();
  // Whoever judges reads English or German.
  holds(/committed to|zugesagt/.test(await tab.locator("main").innerText()), "the signature stands beside the review");
}

async function signedIn(world, person) {
  const tab = await enter(world, person);
  tab.password = person.password;
  return tab;
}

/** A small set of Meridian's, reviewed by Quality and Design, that lies with Carl. Who judges may do it by other
 * means; `say` puts other words in place of these. */
export async function offered(world, judge = async (person, review) => judges(await signedIn(world, person), review), say = (words) => words) {
  const ada = await signedIn(world, personOf(world, "ada"));
  const { number: set } = await sends(ada, "POST", "/api/v1/requirement-sets", { title: say("Spare heads"), party: "K-1001" });
  await sends(ada, "POST", "/api/v1/requirements", { set, statement: say("Two heads of each line lie at Northallerton.") });
  await sends(ada, "POST", `/api/v1/requirement-sets/${set}/release`, { reason: say("as asked") });
  const bob = await signedIn(world, personOf(world, "bob"));
  const template = await first(bob, "/api/v1/review-templates", ({ title }) => title.startsWith("Changes"));
  const { number: review } = await sends(bob, "POST", "/api/v1/reviews", { title: say("Spare heads"), subject: set, template });
  await judge(personOf(world, "bob"), review);
  await judge(clara, review);
  const henrik = await signedIn(world, personOf(world, "henrik"));
  await henrik.goto(`/reviews/${review}`);
  await henrik.locator(`a[href$="/close"]`).first().click();
  await henrik.locator('input[type="password"]').fill(henrik.password);
  await henrik.locator('button[value="accept"]').click();
  await ada.goto(`/requirement-sets/${set}`);
  await ada.getByRole("link", { name: "Offer to the customer" }).click();
  await ada.locator('textarea[name="summary"]').fill(say("Two spare heads for each line."));
  await ada.locator('label:has-text("Carl Whitfield") input').check();
  await ada.locator('form[action="/sign-offs"] button.first').click();
  holds(/\/sign-offs\/SF-/.test(ada.url()), `it was not offered: ${await ada.locator("main").innerText()}`);
  return { set, number: ada.url().split("/").pop(), ada };
}

export const checks = {
  "a set is reviewed and signed, and the customer confirms it by a link without an account or a script": async (world) => {
    const { set, number, ada } = await offered(world);
    const link = letterTo(world, meridian).match(/\/sign\/[0-9a-f]+/)[0];
    const phone = await world.browser.newContext({ baseURL: world.at, viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
    const carl = await phone.newPage();
    await carl.goto(link);
    holds(!(await carl.locator("main").innerText()).includes("Northallerton"), "nothing is shown before the code");
    await carl.locator('form[action$="/code"] button').click();
    const code = letterTo(world, meridian).match(/your code is (\d{6})/)[1];
    await carl.locator('input[name="code"]').fill(code);
    await carl.locator('input[name="code"]').press("Enter");
    const answer = await carl.goto(link);
    holds((await carl.locator("main").innerText()).includes("Northallerton"), "he reads what is to be confirmed");
    const parts = await Promise.all((await carl.locator('link[rel="stylesheet"], script[src]').all()).map(async (each) =>
      (await (await phone.request.get((await each.getAttribute("href")) ?? (await each.getAttribute("src")))).body())));
    const weight = [await answer.body(), ...parts].reduce((sum, each) => sum + gzipSync(each).length, 0);
    holds(weight < heaviest, `${weight} bytes`);
    console.log(`        the customer's page weighs ${weight} bytes, compressed, with style sheet and scripts`);
    const written = carl.locator('textarea[name^="remark-"]').first();
    holds(!(await written.isVisible()), "nothing is written before something is wrong");
    await carl.locator("main .verdict label", { hasText: "Query" }).first().click();
    await carl.locator("main .agree-list details summary").first().click();
    holds(await written.isVisible(), "what is wrong with a line cannot be written where it is queried");
    await carl.locator("main .verdict label", { hasText: "Accept" }).first().click();
    const fingerprint = await carl.locator(".signing .digest").innerText();
    await carl.locator('input[name="role"]').fill("Project engineer");
    await carl.locator('button[formaction$="/confirm"]').focus();
    await Promise.all([carl.waitForURL((url) => url.pathname.endsWith("/confirm")), carl.keyboard.press("Enter")]);
    const done = await carl.locator("main").innerText();
    for (const words of ["Thank you, Carl Whitfield", fingerprint]) holds(done.includes(words), `${words} is missing in ${done}`);
    holds((await carl.goto(link)).status() === 410, "the link is good once");
    await ada.goto(`/requirement-sets/${set}`);
    holds((await ada.locator("main").innerText()).includes("Agreed"), "the set is agreed");
    await ada.goto(`/sign-offs/${number}`);
    holds((await ada.locator("main").innerText()).includes("Carl Whitfield"), "his name stands there");
    await phone.close();
  },
  "the customer's page is readable on a phone by day and by night": async (world) => {
    const { number } = await offered(world);
    const link = letterTo(world, meridian).match(/\/sign\/[0-9a-f]+/)[0];
    for (const colorScheme of ["light", "dark"]) {
      const context = await world.browser.newContext({ baseURL: world.at, viewport: { width: 360, height: 740 }, colorScheme, reducedMotion: "reduce" });
      const tab = await context.newPage();
      await tab.goto(link);
      await tab.locator('form[action$="/code"] button').first().click();
      const wrongs = [...(await violations(tab)), ...(await sideways(tab))];
      const code = letterTo(world, meridian).match(/your code is (\d{6})/)[1];
      await tab.locator('input[name="code"]').fill(code);
      await tab.locator('input[name="code"]').press("Enter");
      await tab.waitForURL((url) => url.pathname === link && !url.search);
      wrongs.push(...(await violations(tab)), ...(await sideways(tab)));
      holds(!wrongs.length, `${number}, ${colorScheme}: ${wrongs.join("\n")}`);
      await context.close();
    }
  },
};
