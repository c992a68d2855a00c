// Scripts in every text field and every file name, brought in by forms, programs, files and mails: nothing of it runs.
// The same work in each run: `fill.mjs` sends to every address that takes something; then each page that has an address
// is looked at in a real browser, there where most of it stands, and each of its forms is sent by hand, so that what is
// refused is shown again, too.
import { addressOf, answering, isApart, pages, sentTo } from "./addresses.mjs";
import { byLetters, bySetup } from "./behind.mjs";
import { atTheDoor, bookOf, candidates, copyOf, fill, isKept, leftOf, ofAnyKind, reached, starts, windowOf } from "./fill.mjs";
import { guarded, nothingYet, visit } from "./looking.mjs";
import { trickFor, tricks } from "./tricks.mjs";
import { holds, monday, personOf } from "./world.mjs";

const alike = 2; // pages of an address that are looked at
const side = 3; // pages that are looked at, and forms that are sent by hand, at the same time
const walkers = ["ada", "sam", "bob", "ben", "henrik", "carl", "eve", null];
// As the demo stands, so large a part of the addresses is closed to everybody whatever is sent: there is no open review, no
// letter that waits. What is refused is shown with its script all the same.
const closed = 0.35;
// So few pages may be gone with what was merged or ended; that each address has one is looked at by every.check.mjs.
const away = 3;

// What somebody takes away before another writes there hangs on who comes first: so few fields may be found empty by that.
const swaying = 12;

/** Does something with each of some things, so many at a time. */
async function together(things, act) {
  const waiting = things[Symbol.iterator]();
  const some = async () => { for (const thing of waiting) await act(thing); };
  await Promise.all(Array.from({ length: side }, some));
}

/** Windows of people, each opened once and used again. */
function windows(world) {
  const idle = new Map(), all = [];
  const use = async (who, act) => {
    let tab = idle.get(who)?.pop();
    if (!tab) all.push(tab = guarded(await windowOf(world, who && personOf(world, who))));
    await act(tab);
    idle.set(who, [...(idle.get(who) ?? []), tab]);
  };
  return { use, close: () => Promise.all(all.map((tab) => tab.context().close())) };
}

/** Sends a form of a page with scripts in all its fields, those for days and numbers, too, and looks at what comes. */
async function byHand(tab, { address, action, path }, told) {
  const answer = await tab.goto(path).catch(() => null);
  const places = answer ? await tab.locator("main form[method=post]").evaluateAll((forms) => forms.map((form) => form.getAttribute("action") ?? location.pathname)) : [];
  if (!places.includes(action)) return false; // what was sent before took the form away
  const form = tab.locator("main form[method=post]").nth(places.indexOf(action));
  const names = await form.evaluate((it) => [...it.elements].map((field) => field.name));
  const shown = tab.waitForEvent("load", { timeout: 4000 }).catch(() => {}); // a file that is sent shows nothing
  await form.evaluate((it, words) => {
    it.noValidate = true;
    for (const field of it.querySelectorAll("input, textarea")) {
      if (!field.name || ["hidden", "checkbox", "radio", "file", "password", "submit"].includes(field.type)) continue;
      if (field.localName === "input") field.type = "text";
      field.value = words[field.name];
    }
    HTMLFormElement.prototype.submit.call(it);
  }, Object.fromEntries(names.map((name) => [name, trickFor(`by hand ${address} ${name}`)])));
  await shown;
  told.sent += 1;
  told.wrongs.push(...tab.ran.splice(0).map((it) => `${address}, sent by hand: ${it}`));
  return true;
}

const isInside = (who) => who && !["carl", "eve"].includes(who);

/** For each address, inside and outside, the pages that are looked at: of the first who gets there, where most scripts
 * stand first. Nothing is sent meanwhile, so that each run looks at the same. */
async function planned(world, book) {
  const found = await Promise.all(walkers.map(async (who) => {
    const tab = await windowOf(world, who && personOf(world, who)), pages = [];
    const begin = who ? [...starts, ...book.made] : atTheDoor;
    for await (const { path, scripts } of reached(copyOf(book), tab, begin)) pages.push({ who, address: addressOf(path.split("?")[0]), path, scripts });
    await tab.context().close();
    return pages.sort((one, other) => other.scripts - one.scripts);
  }));
  const plan = new Map(), shapes = new Set();
  const add = (page) => {
    if (isApart(page.address) && page.who) return;
    const key = isInside(page.who) ? page.address : `outside ${page.address}`;
    if (!plan.has(key)) plan.set(key, []);
    const all = plan.get(key), shape = page.address.replace(/^\/[a-z-]+\/\{number\}/, "/*/{number}");
    if (all.some(({ who, path }) => who === page.who && path === page.path)) return;
    all.push({ ...page, isDark: page.who === "ada" && !shapes.has(shape) });
    if (page.who === "ada") shapes.add(shape);
  };
  found.flat().forEach(add);
  for (const who of walkers.filter(isInside)) for (const address of pages) for (const path of candidates(book, address)) add({ who, address, path, scripts: 0 });
  return plan;
}

/** Looks at what was planned. */
async function look(at, plan, told) {
  await together([...plan], async ([key, pages]) => {
    let count = 0, first;
    for (const page of pages) {
      if (count >= alike || (count && page.who !== first)) break;
      await at.use(page.who, async (tab) => {
        if (!(await visit(tab, page, told))) return;
        count += 1;
        first = page.who;
      });
    }
    if (count) told.looked.add(key);
  });
}

/** Sends one form of each address by hand, on a page on which it was seen. */
async function send(at, book, told) {
  const posts = sentTo.map(({ path }) => path), all = new Map();
  for (const form of told.forms) {
    const address = answering(posts, form.action.split("?")[0]);
    if (!address || isKept(book, address, form.action)) continue;
    all.set(ofAnyKind(address), [...(all.get(ofAnyKind(address)) ?? []), { ...form, address }]);
  }
  await together([...all.values()], async (forms) => {
    let isSent = false;
    for (const form of forms.slice(0, alike)) if (!isSent) await at.use(form.who, async (tab) => { isSent = await byHand(tab, form, told); });
  });
}

const lines = (all) => all.map((it) => `\n${it}`).join("");

/** What is written here stays in the house: no other check would find what it looks for. It stands at the Monday of the
 * stories, for which the days of the samples are written. */
export const itsOwnHouse = ["--at", monday];

export const checks = {
  "what looks for scripts sees one that runs": async (world) => {
    const context = await world.browser.newContext();
    const tab = guarded(await context.newPage());
    await tab.setContent("<img src=x onerror=alert(1)>");
    await tab.waitForTimeout(300);
    await context.close();
    holds(tab.ran.length > 0, "a script that ran was not seen");
  },

  "nothing that is typed or named runs on any page": async (world) => {
    const begun = Date.now(), since = () => Math.round((Date.now() - begun) / 1000);
    const book = bookOf(), told = nothingYet();
    await byLetters(world, book, told);
    await bySetup(process.env.REQORD, book, told);
    console.log(`        ${told.sent} forms behind letters and for setting up, on ${told.pages} pages in ${since()} s`);
    told.forms.length = 0; // theirs
    await fill(world, book);
    const { wanted, unsent, refused, unkept, listed } = leftOf(book);
    if (process.env.TELL) console.log(JSON.stringify([unkept, refused, listed]));
    console.log(`        ${book.sent} requests in ${since()} s: ${wanted.length - unsent.length} of ${wanted.length} addresses, ${refused.length} of which refused all; ` +
      `${book.fields.size} text fields, ${book.kept.size} of which kept a script; ${book.files.size} fields for files; ${book.tricks.size} scripts (${Object.entries(book.times).map(([who, seconds]) => `${who} ${seconds} s`).join(", ")})`);
    if (listed.length) console.log(`        these stand in unkept.txt and were kept: ${listed.join(", ")}`);
    const plan = await planned(world, book), at = windows(world);
    console.log(`        ${plan.size} addresses are looked at, as was seen in ${since()} s`);
    await look(at, plan, told);
    console.log(`        ${told.pages} pages of ${told.looked.size} addresses in ${since()} s, of which ${told.shown} show a script as words, ${told.dark} in the dark`);
    await send(at, book, told);
    console.log(`        ${told.sent} forms by hand, in ${since()} s`);
    await at.close();
    holds(!told.wrongs.length, told.wrongs.join("\n"));
    holds(!unsent.length, `nothing was sent to${lines(unsent)}`);
    if (unkept.length) console.log(`        these kept none this time: ${unkept.join(", ")}`);
    holds(unkept.length <= swaying, `a script was kept by no field of these, which may not refuse it${lines(unkept)}`);
    holds(refused.length <= closed * wanted.length, `${refused.length} of ${wanted.length} addresses take nothing any more:${lines(refused)}`);
    const unseen = pages.filter((it) => !isApart(it) && !told.looked.has(it) && !told.looked.has(`outside ${it}`));
    holds(unseen.length <= away, `nobody looked at${lines(unseen)}`);
    const untried = tricks.filter((it) => !book.tricks.has(it));
    holds(!untried.length, `these were never sent: ${untried.join(" ")}`);
  },
};
