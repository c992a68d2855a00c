// Whoever has no account: what is sent to them in letters, and how they come by the links in those.
import { first, meridian, offered } from "./signoff.check.mjs";
import { as, holds, letterTo } from "./world.mjs";

const asItIs = (words) => words;
const carlIn = async (send) => (await send("GET", "/api/v1/people?q=Whitfield")).items[0].number;

/** Tells the maker of a motor what of theirs changes, and from which day on; where it stands. */
export const toldASupplier = (world, from, say = asItIs) => as(world, "ada", async (send) => {
  const organisation = (await send("GET", "/api/v1/customers?q=Voltaro")).items[0].number;
  const { number: change } = await send("POST", "/api/v1/changes", { title: say("Motor VM-63-4 replaced by VM-63-5") });
  const { number } = await send("POST", `/api/v1/changes/${change}/notices/add`,
    { organisation, side: "supplier", reason: say("They make the motor that follows.") });
  const words = say("The drive motor VM-63-4 of our pump KD-20 is replaced by your VM-63-5. From the day below on we order the new motor only; what we ordered before stays as it is.");
  await send("POST", `/api/v1/change-notices/${number}/prepare`, { words, effective_on: from });
  await send("POST", `/api/v1/change-notices/${number}/issue`, {});
  return [`/change-notices/${number}`, `/changes/${change}`];
});
export const voltaro = "j.dvorska@voltaro-motors.example";

/** Asks the customer to approve a change. */
export const askedToApprove = (world, from, say = asItIs) => as(world, "ada", async (send) => {
  const { number: change } = await send("POST", "/api/v1/changes", { title: say("Hoses become blue"), party: "K-1001", need: say("Blue hoses") });
  const { number } = await send("POST", `/api/v1/changes/${change}/notices/add`, { organisation: "K-1001", side: "customer", reason: say("They have hoses.") });
  await send("POST", `/api/v1/change-notices/${number}/prepare`,
    { person: await carlIn(send), words: say("Your hoses become blue."), effective_on: from, asks: "approval" });
  await send("POST", `/api/v1/change-notices/${number}/issue`, {});
  return [`/change-notices/${number}`, `/changes/${change}`];
});

/** Asks the customer something from a review. */
export async function askedAQuestion(world, say = asItIs) {
  const { set, item } = await as(world, "ada", async (send) => {
    const { number: set } = await send("POST", "/api/v1/requirement-sets", { title: say("Spare hoses"), party: "K-1001" });
    const { number: item } = await send("POST", "/api/v1/requirements", { set, statement: say("Two hoses of each line lie at Northallerton.") });
    await send("POST", `/api/v1/requirement-sets/${set}/release`, { reason: say("as asked") });
    return { set, item };
  });
  return as(world, "bob", async (send, tab) => {
    const template = await first(tab, "/api/v1/review-templates", ({ title }) => title.startsWith("Changes"));
    const { number: review } = await send("POST", "/api/v1/reviews", { title: say("Spare hoses"), subject: set, template });
    const { number } = await send("POST", `/api/v1/reviews/${review}/clarifications`,
      { item, question: say("How long are they?"), person: await carlIn(send), language: "en", why: "", extra: {} });
    return [`/clarifications/${number}`, `/reviews/${review}`];
  });
}

/** Puts into writing what was said in a call, and asks whether it is right. */
export const askedAfterACall = (world, due, say = asItIs) => as(world, "ada", async (send) => {
  const { number } = await send("POST", "/api/v1/calls/ring", { from: "+44 1609 555 0140", name: say("Carl of Meridian") });
  await send("POST", `/api/v1/calls/${number}/close`,
    { subject: say("Hoses by telephone"), words: say("They want hoses by Friday."), said: ["Twelve hoses by Friday.", "The price is as last time."].map(say) });
  const said = (await send("GET", `/api/v1/said/${number}`)).map(({ id }) => id);
  await send("POST", `/api/v1/said/${number}/confirmation`,
    { recipients: [{ name: say("Carl"), address: meridian, is_copy: false }], subject: say("What you said"), words: say("Please look at it."), said, due });
  return [`/calls/${number}`];
});

/** Offers a set to the customer for their signature. */
export async function askedToSign(world, say = asItIs) {
  const { set, number, ada } = await offered(world, undefined, say);
  await ada.context().close();
  return [`/sign-offs/${number}`, `/requirement-sets/${set}`];
}

/** The link of this kind in the newest letter to somebody. */
export function linkTo(world, address, path) {
  const [link] = letterTo(world, address).match(new RegExp(`${path}/[0-9a-f]+`)) ?? [];
  holds(link, `the newest letter to ${address} has no link to ${path}`);
  return link;
}

/** Opens a link as whoever got it, who types the code where one is asked for; `wrong` is typed in its place first. Whether
 * one was asked for. */
export async function comesBy(world, tab, address, link, wrong) {
  await tab.goto(link);
  const asks = tab.locator('form[action$="/code"] button').first();
  if (!(await asks.count())) return false;
  await asks.click();
  const code = tab.locator('input[name="code"]');
  if (wrong) {
    await code.fill(wrong);
    await Promise.all([tab.waitForURL((url) => url.pathname.endsWith("/enter")), code.press("Enter")]);
  }
  await code.fill(letterTo(world, address).match(/your code is (\d{6})/)[1]);
  await Promise.all([tab.waitForURL((url) => url.pathname === link && !url.search), code.press("Enter")]);
  return true;
}
