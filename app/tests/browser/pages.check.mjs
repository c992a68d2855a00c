// Every page that somebody can reach by links, seen by each person of the demo.
import { enter, personOf, places, sideways, speak, violations, wrongsOf, holds, until } from "./world.mjs";

const most = Number(process.env.PAGES ?? 80); // pages a person
const alike = 2; // of pages that differ only in the number of a record

/** The kind of page behind an address: numbers and filters left out. */
const shapeOf = (address) => {
  const url = new URL(address, "http://x");
  const path = url.pathname.split("/").map((part) => (/\d/.test(part) ? "*" : part)).join("/");
  return [path, ...[...url.searchParams.keys()].sort()].join(" ");
};

const looked = new Set(); // shapes that axe has seen

/** Judged as it is read in English by day and in German by night, on a desk and on a phone. */
const looks = [["en", "light"], ["de", "dark"]];
const widths = [1280, 360];
const spoken = new Set(); // languages in which pages were judged

const languageOf = (tab) => tab.evaluate(() => document.documentElement.lang);

async function look(tab, address, wrongs) {
  for (const [language, colorScheme] of looks) {
    await speak(tab, language);
    await tab.emulateMedia({ colorScheme });
    if ((await languageOf(tab)) !== language) await tab.reload();
    spoken.add(await languageOf(tab));
    for (const width of widths) {
      await tab.setViewportSize({ width, height: 860 });
      const found = [...(await violations(tab)), ...(width === 360 ? await sideways(tab) : [])];
      wrongs.push(...found.map((each) => `${address} at ${width} px, ${language}, ${colorScheme}: ${each}`));
    }
  }
  await speak(tab, looks[0][0]);
  await tab.setViewportSize({ width: 1280, height: 860 });
  await tab.emulateMedia({ colorScheme: "light" });
}

async function visit(tab, address, wrongs) {
  let answer;
  try {
    answer = await tab.goto(address);
  } catch (error) {
    if (!/Download is starting|ERR_ABORTED/.test(error.message)) wrongs.push(`${address}: ${error.message.split("\n")[0]}`);
    return [];
  }
  if (!/text\/html/.test(answer.headers()["content-type"] ?? "")) return [];
  if (answer.status() !== 200) wrongs.push(`${address}: answers ${answer.status()}`);
  if (!answer.headers()["content-security-policy"]) wrongs.push(`${address}: no content security policy`);
  const { headings, title, lang, links } = await tab.evaluate(() => ({
    headings: document.querySelectorAll("h1").length,
    title: document.title,
    lang: document.documentElement.lang,
    links: [...document.querySelectorAll("a[href]:not([download])")].map((link) => new URL(link.getAttribute("href"), document.baseURI).href.split("#")[0]),
  }));
  if (headings !== 1) wrongs.push(`${address}: ${headings} h1`);
  if (!title || !lang) wrongs.push(`${address}: no title or no language`);
  if (!looked.has(shapeOf(address))) {
    looked.add(shapeOf(address));
    await look(tab, address, wrongs);
  }
  wrongs.push(...wrongsOf(tab).map((wrong) => `${address}: ${wrong}`));
  return links;
}

async function crawl(world, person) {
  const tab = await enter(world, person);
  // Kinds of pages that nobody has looked at yet come first, so that no kind is left out for another's sake.
  const fresh = [places.home], waiting = [], seen = new Set(fresh), shapes = new Map(), wrongs = [];
  let visited = 0;
  while (fresh.length + waiting.length && visited < most) {
    const address = fresh.shift() ?? waiting.shift();
    visited += 1;
    for (const link of await visit(tab, address, wrongs)) {
      const url = new URL(link);
      const path = url.pathname + url.search;
      if (url.origin !== world.at || seen.has(path) || /^\/api\/|sign-out/.test(path)) continue;
      seen.add(path);
      const shape = shapeOf(path), count = shapes.get(shape) ?? 0;
      shapes.set(shape, count + 1);
      if (count < alike) (count === 0 && !looked.has(shape) ? fresh : waiting).push(path);
    }
  }
  holds(visited > 2, `${person.address} reached only ${visited} pages`);
  holds(!wrongs.length, `${person.role}, ${visited} pages:\n${wrongs.join("\n")}`);
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
    const wrongs = [];
    for (const person of world.people) {
      try { await crawl(world, person); } catch (error) { wrongs.push(error.message); }
    }
    holds(!wrongs.length, wrongs.join("\n"));
    for (const [language] of looks) holds(spoken.has(language), `no page was judged in ${language}`);
  },
  "under a finger no page is wider than a phone": async (world) => {
    const wrongs = [];
    for (const name of ["ada", "carl"]) {
      const tab = await enter(world, personOf(world, name), { width: 360, height: 740, finger: true });
      await tab.goto(places.home);
      holds(await tab.evaluate(() => matchMedia("(pointer: coarse)").matches), "the browser takes a finger for a mouse");
      for (const [language] of looks) {
        await speak(tab, language);
        wrongs.push(...(await wideUnderAFinger(tab)).map((each) => `${name}, ${language}: ${each}`));
      }
    }
    holds(!wrongs.length, wrongs.join("\n"));
  },
  "the page of signing in is readable before anybody is known": async (world) => {
    const tab = await world.browser.newPage({ baseURL: world.at, reducedMotion: "reduce" });
    const wrongs = [];
    await tab.goto(places.signIn);
    await look(tab, places.signIn, wrongs);
    holds(!wrongs.length, wrongs.join("\n"));
    await tab.close();
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
