// Every page that has an address, each looked at once in every way, as the people of the demo reach it.
import { addressOf, apart, gapsOf, isApart, pages as addresses, partsOf } from "./addresses.mjs";
import { offered } from "./signoff.check.mjs";
import { toldASupplier } from "./supplier.mjs";
import { enter, letter, letters, personOf, places, sideways, speak, violations, wrongsOf, holds, until } from "./world.mjs";

const most = Number(process.env.PAGES ?? 80); // pages a person that are looked at again, after each address was
const alike = 4; // records of a kind whose pages are read for the links on them
const tried = 20; // records of a kind whose page is asked for where no link leads to it
const side = 2; // people who walk at the same time

/** The same page beside every kind of record: looked at in every way once, and then in one way for each kind. */
const forEveryKind = /\{number\}\/(around|extra|impact|links|valid)$/;

const looked = new Set(); // addresses that axe has seen, those of a customer's pages by themselves
const judged = new Set(); // addresses that axe has seen for anybody
const read = new Set(); // files, each asked for once
const numbers = new Map(); // numbers of records that were met, by the place of their kind

/** Judged as it is read in English by day and in German by night, on a desk and on a phone. */
const ways = [["en", "light", 1280], ["en", "light", 360], ["de", "dark", 360], ["de", "dark", 1280]];
const languages = ["en", "de"];
let turn = 0; // in which way the next page is looked at that is looked at in one way only
const spoken = new Set(); // languages in which pages were judged

const languageOf = (tab) => tab.evaluate(() => document.documentElement.lang);

async function look(tab, address, wrongs, through = ways) {
  for (const [language, colorScheme, width] of through) {
    await speak(tab, language);
    await tab.emulateMedia({ colorScheme });
    await tab.setViewportSize({ width, height: 860 });
    if ((await languageOf(tab)) !== language) await tab.reload();
    spoken.add(await languageOf(tab));
    const found = [...(await violations(tab)), ...(width === 360 ? await sideways(tab) : [])];
    wrongs.push(...found.map((each) => `${address} at ${width} px, ${language}, ${colorScheme}: ${each}`));
  }
  await speak(tab, languages[0]);
  await tab.setViewportSize({ width: 1280, height: 860 });
  await tab.emulateMedia({ colorScheme: "light" });
}

const firstLine = (error) => error.message.split("\n")[0];

const inTurn = () => [ways[turn++ % ways.length]];

/** Opens a page, and looks at it. */
async function visit(tab, path, wrongs, through) {
  let answer;
  try {
    answer = await tab.goto(path);
  } catch (error) {
    if (!/Download is starting|ERR_ABORTED/.test(error.message)) wrongs.push(`${path}: ${firstLine(error)}`);
    return;
  }
  if (!/text\/html/.test(answer.headers()["content-type"] ?? "")) return;
  if (answer.status() !== 200) wrongs.push(`${path}: answers ${answer.status()}`);
  if (!answer.headers()["content-security-policy"]) wrongs.push(`${path}: no content security policy`);
  const { headings, title, lang } = await tab.evaluate(() => ({
    headings: document.querySelectorAll("h1").length,
    title: document.title,
    lang: document.documentElement.lang,
  }));
  if (headings !== 1) wrongs.push(`${path}: ${headings} h1`);
  if (!title || !lang) wrongs.push(`${path}: no title or no language`);
  await look(tab, path, wrongs, through).catch((error) => wrongs.push(`${path}: ${firstLine(error)}`));
  wrongs.push(...wrongsOf(tab).map((wrong) => `${path}: ${wrong}`));
}

const isPage = (answer) => answer.status() === 200 && /text\/html/.test(answer.headers()["content-type"] ?? "");
const pathOf = (url) => url.pathname + url.search;
const asHtml = { headers: { accept: "text/html" } };

/** Where the links of a page lead, read from its text. */
const linksIn = (words, at) => [...words.matchAll(/<a\b[^>]*>/g)].map(([tag]) => tag)
  .filter((tag) => !/\sdownload\b/.test(tag))
  .map((tag) => tag.match(/\shref="([^"]*)"/)?.[1]?.replaceAll("&amp;", "&"))
  .filter((href) => href !== undefined && URL.canParse(href, at))
  .map((href) => new URL(href, at));

/** Keeps the number of a record that an address names. */
function remember(path) {
  const [, kind, number] = partsOf(path);
  if (!/^[A-Z]{1,3}-[\d-]+$/.test(number ?? "")) return;
  if (!numbers.has(kind)) numbers.set(kind, new Set());
  numbers.get(kind).add(number);
}

/** Every page that somebody reaches by links, by its address, without drawing any. */
async function reachedBy(world, tab, wrongs) {
  const waiting = [places.home], seen = new Set(waiting), counts = new Map(), reached = new Map();
  for (const path of waiting) {
    const answer = await tab.request.get(path, asHtml).catch((error) => wrongs.push(`${path}: ${firstLine(error)}`) && null);
    if (answer && answer.status() !== 200) wrongs.push(`${path}: answers ${answer.status()}`);
    if (!answer || !isPage(answer)) continue;
    const at = new URL(answer.url()), address = addressOf(at.pathname);
    if (pathOf(at) !== path && seen.has(pathOf(at))) continue;
    seen.add(pathOf(at));
    if (!reached.has(address)) reached.set(address, []);
    reached.get(address).push(pathOf(at));
    for (const url of linksIn(await answer.text(), at)) {
      const link = pathOf(url);
      if (url.origin !== world.at || seen.has(link) || /^\/api\/|sign-out/.test(link)) continue;
      seen.add(link);
      remember(url.pathname);
      const to = addressOf(url.pathname), count = counts.get(to) ?? 0;
      const isFile = /\.\w+$/.test(url.pathname);
      if (count >= alike || (isFile && read.has(to))) continue;
      if (isFile) read.add(to);
      counts.set(to, count + 1);
      waiting.push(link);
    }
  }
  return reached;
}

const isOutside = (person) => !person.address.endsWith("@kestrel-dosing.example");

/** Looks at a page of an address, unless somebody did; whether it was new. */
async function lookOnce(tab, person, address, path, wrongs) {
  const key = isOutside(person) ? `outside ${address}` : address;
  if (looked.has(key)) return false;
  looked.add(key);
  const kind = address.match(forEveryKind)?.[1];
  const isKnown = kind !== undefined && looked.has(kind);
  if (kind !== undefined) looked.add(kind);
  await visit(tab, path, wrongs, isKnown || isOutside(person) ? inTurn() : ways);
  judged.add(address);
  return true;
}

async function walk(world, person) {
  const tab = await enter(world, person), wrongs = [];
  const reached = [...(await reachedBy(world, tab, wrongs))].filter(([address]) => !isApart(address));
  const again = [];
  for (const [address, paths] of reached) {
    const isNew = await lookOnce(tab, person, address, paths[0], wrongs);
    again.push(...paths.slice(isNew ? 1 : 0).map((path, place) => [place, path]));
  }
  // Of each address the first others come before the second, so that none is left out for another's sake.
  again.sort(([one], [other]) => one - other);
  for (const [, path] of again.slice(0, most)) await visit(tab, path, wrongs, inTurn());
  holds(reached.length > 2, `${person.address} reached only ${reached.length} addresses`);
  holds(!wrongs.length, `${person.role}, ${reached.length} addresses:\n${wrongs.join("\n")}`);
}

/** What might answer at an address to which no link led: its gaps filled with the numbers of records. */
function guesses(address) {
  if (gapsOf(address) === 1) return [address];
  if (address.replace("{number}", "").includes("{")) return [];
  const ofAnyKind = () => [...numbers.values()].flatMap((all) => [...all].slice(0, alike));
  const known = numbers.has(partsOf(address)[1]) ? [...numbers.get(partsOf(address)[1])].slice(0, tried) : ofAnyKind();
  return known.map((number) => address.replace("{number}", number));
}

/** Looks at pages to which no link led just now, whoever of the house gets one. */
async function askByName(world, person, wrongs) {
  const tab = await enter(world, person);
  for (const address of addresses.filter((it) => !isApart(it) && !judged.has(it))) {
    for (const path of guesses(address)) {
      const answer = await tab.request.get(path, asHtml);
      const leadsElsewhere = addressOf(new URL(answer.url()).pathname) !== address;
      if (!isPage(answer) || leadsElsewhere) continue;
      await lookOnce(tab, person, address, path, wrongs);
      break;
    }
  }
}

/** A window of somebody who is not signed in. */
async function nobody(world) {
  const context = await world.browser.newContext({ baseURL: world.at, reducedMotion: "reduce", locale: "en-GB" });
  return Object.assign(await context.newPage(), { wrongs: [] });
}

/** What is wider than a phone: each place of the rail, and the first record that is named there. */
async function wideUnderAFinger(tab) {
  await tab.goto(places.home);
  const inTheRail = await tab.locator("nav.rail a[href^='/']").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  holds(inTheRail.length > 2, "nobody finds a place in the rail");
  const waiting = [places.home, "/notices", "/new", "/me", ...inTheRail], seen = new Set(), wide = [];
  for (const address of waiting) {
    if (seen.has(address)) continue;
    seen.add(address);
    await tab.goto(address);
    const { width, record } = await tab.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      record: document.querySelector("main tr[data-number] a[href^='/']")?.getAttribute("href"),
    }));
    if (width > 360) wide.push(`${address} is ${width} px wide`);
    if (record && inTheRail.includes(address)) waiting.push(record);
  }
  return wide;
}

export const checks = {
  "each person finds every page whole, quiet and readable": async (world) => {
    const waiting = [...world.people], wrongs = [];
    const some = async () => {
      for (let person = waiting.shift(); person; person = waiting.shift()) {
        try { await walk(world, person); } catch (error) { wrongs.push(error.message); }
      }
    };
    await Promise.all(Array.from({ length: side }, some));
    holds(!wrongs.length, wrongs.join("\n"));
    for (const language of languages) holds(spoken.has(language), `no page was judged in ${language}`);
  },
  "under a finger no page is wider than a phone": async (world) => {
    const wrongs = [];
    for (const name of ["ada", "carl"]) {
      const tab = await enter(world, personOf(world, name), { width: 360, height: 740, finger: true });
      await tab.goto(places.home);
      holds(await tab.evaluate(() => matchMedia("(pointer: coarse)").matches), "the browser takes a finger for a mouse");
      for (const language of languages) {
        await speak(tab, language);
        wrongs.push(...(await wideUnderAFinger(tab)).map((each) => `${name}, ${language}: ${each}`));
      }
    }
    holds(!wrongs.length, wrongs.join("\n"));
  },
  "the page of signing in is readable before anybody is known": async (world) => {
    const tab = await nobody(world);
    const wrongs = [];
    for (const path of [places.signIn, "/sign-in/forgotten"]) {
      await visit(tab, path, wrongs, ways);
      judged.add(path);
    }
    holds(!wrongs.length, wrongs.join("\n"));
    await tab.context().close();
  },
  "every page that has an address was looked at": async (world) => {
    const wrongs = [];
    for (const person of world.people.filter((it) => !isOutside(it))) await askByName(world, person, wrongs);
    holds(!wrongs.length, wrongs.join("\n"));
    const left = addresses.filter((it) => !isApart(it) && !judged.has(it));
    holds(!left.length, `nobody looked at ${left.length} of ${addresses.length} addresses:\n${left.join("\n")}`);
    const idle = apart.filter(([pattern]) => !addresses.some((it) => pattern.test(it)));
    holds(!idle.length, `there is nothing any more that was left out as ${idle.map(([, why]) => why).join(", ")}`);
  },
  "what the link of a letter opens is readable for whoever has no account": async (world) => {
    await offered(world);
    await toldASupplier(world, new Date(Date.now() + 90 * 864e5).toISOString().slice(0, 10));
    const open = new Map(), wrongs = [];
    const tab = await nobody(world);
    for (const { number } of letters(world)) {
      for (const [link, kind] of letter(world, number).matchAll(/\/(answer|certificate|notice|password|sign|understood)\/[0-9a-f]+/g)) {
        // A link that was used or is too old opens a page that says so, and no more.
        if (!open.has(kind) && isPage(await tab.request.get(link, asHtml))) open.set(kind, link);
      }
    }
    for (const link of open.values()) await visit(tab, link, wrongs, ways);
    holds(!wrongs.length, wrongs.join("\n"));
    for (const kind of ["sign", "notice"]) holds(open.has(kind), `no letter has a link to /${kind}`);
    await tab.context().close();
  },
  "reading works without script": async (world) => {
    const tab = await enter(world, world.people[0], { script: false });
    await tab.goto(places.set);
    await until(() => tab.locator("h1").count(), "a heading");
    holds((await tab.locator("tr[data-number] a[href]").count()) > 0, "no row leads to its requirement without script");
    holds((await tab.locator("main").innerText()).includes("REQ-"), "no requirement can be read without script");
  },

  "words become a requirement without script": async (world) => {
    const tab = await enter(world, personOf(world, "ada"), { script: false });
    await tab.goto(places.conversation);
    const said = await tab.locator(".words[data-source]").first().innerText();
    const words = said.split("\n").map((line) => line.trim()).find((line) => line.split(" ").length > 3);
    await tab.locator(".by-form summary").first().click();
    await tab.locator(".by-form textarea").first().fill(words);
    await Promise.all([tab.waitForURL(/\/passages\/new/), tab.locator(".by-form button").first().click()]);
    await tab.locator("[name=set]").selectOption("");
    await tab.locator("[name=set_title]").fill("Without a script");
    await tab.locator("[name=statement]").fill("What is read can be written.");
    const send = tab.locator('form[action="/passages"] button:not([type=button])').first();
    await Promise.all([tab.waitForURL(/\/requirements\/REQ-/), send.click()]);
    holds((await tab.locator("main").innerText()).includes("What is read can be written."), "the requirement is not there");
    await Promise.all([tab.waitForURL(/#passage-/), tab.locator('a[href*="#passage-"]').first().click()]);
    holds((await tab.locator("mark").first().innerText()).length > 0, "the words are not marked where they stand");
  },
};
