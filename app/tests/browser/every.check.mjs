// Every page that has an address, as the people of the demo reach it: whole, quiet and readable.
import { inflateSync } from "node:zlib";
import { addressOf, apart, gapsOf, isApart, pages, partsOf, readable } from "./addresses.mjs";
import { meridian } from "./signoff.check.mjs";
import { askedAQuestion, askedAfterACall, askedToApprove, askedToSign, comesBy, linkTo, toldASupplier, voltaro } from "./strangers.mjs";
import { begin, enter, moment, personOf, places, sideways, speak, violations, watched, wrongsOf, holds, same, until } from "./world.mjs";

const alike = 4; // records of a kind whose pages are read for the links on them
const side = 2; // people who walk, and pages that are looked at, at the same time

const kinds = pages.map((it) => it.match(/^\/([\w-]+)\/\{number\}$/)?.[1]).filter((it) => readable.includes(`/api/v1/${it}`));

const isOutside = (person) => !person.address.endsWith("@kestrel-dosing.example");

/** Judged as it is read in English by day and in German by night, on a desk and on a phone. */
const ways = [["en", "light", 1280], ["de", "dark", 360], ["en", "light", 360], ["de", "dark", 1280]];

/** The same page beside every kind of record. */
const forEveryKind = /\{number\}\/(around|extra|impact|links|valid|way)$/;

/** In which ways a page is looked at, in turn: in both languages, lights and widths; in one way where it is one of many
 * alike, or was looked at inside already. */
const waysOf = ({ person, address }, turn) => (forEveryKind.test(address) || isOutside(person)
  ? [ways[turn % 4]] : ways.slice(turn % 2 * 2, turn % 2 * 2 + 2));

/** What stands in a PDF, its packed streams unpacked. */
function unpacked(pdf) {
  const words = [pdf.toString("latin1")];
  for (const { index } of words[0].matchAll(/stream\r?\n/g)) {
    const begins = index + words[0].slice(index).match(/^stream\r?\n/)[0].length;
    const ends = words[0].indexOf("endstream", begins);
    try { words.push(inflateSync(pdf.subarray(begins, ends)).toString("latin1")); } catch { /* a picture, or not packed */ }
  }
  return words.join("\n");
}

const isPage = (answer) => answer.status() === 200 && /text\/html/.test(answer.headers()["content-type"] ?? "");
const pathOf = (url) => url.pathname + url.search;
const asHtml = { headers: { accept: "text/html" } };
const firstLine = (error) => error.message.split("\n")[0];

/** Does something with each of some things, so many at a time. */
async function together(things, act) {
  const waiting = things.entries();
  const some = async () => { for (const [place, thing] of waiting) await act(thing, place); };
  await Promise.all(Array.from({ length: side }, some));
}

/** Where the links of a page lead, read from its text. */
const linksIn = (words, at) => [...words.matchAll(/<a\b[^>]*>/g)].map(([tag]) => tag)
  .filter((tag) => !/\sdownload\b/.test(tag))
  .map((tag) => tag.match(/\shref="([^"]*)"/)?.[1]?.replaceAll("&amp;", "&"))
  .filter((href) => href !== undefined && URL.canParse(href, at))
  .map((href) => new URL(href, at));

const read = new Set(); // files, each asked for once

/** The first page that somebody reaches by links, of each address that has one. Nothing is drawn yet. */
async function reachedBy(world, tab, wrongs) {
  const waiting = [places.home], seen = new Set(waiting), counts = new Map(), reached = new Map();
  for (const path of waiting) {
    const answer = await tab.request.get(path, asHtml);
    if (answer.status() !== 200) wrongs.push(`${path}: answers ${answer.status()}`);
    if (!isPage(answer)) continue;
    const at = new URL(answer.url()), address = addressOf(at.pathname);
    if (pathOf(at) !== path && seen.has(pathOf(at))) continue;
    seen.add(pathOf(at));
    if (!reached.has(address)) reached.set(address, pathOf(at));
    for (const url of linksIn(await answer.text(), at)) {
      const link = pathOf(url);
      if (url.origin !== world.at || seen.has(link) || /^\/api\/|sign-out/.test(link)) continue;
      seen.add(link);
      const to = addressOf(url.pathname), count = counts.get(to) ?? 0;
      const isFile = /\.\w+$/.test(url.pathname);
      if (count >= alike || (isFile && read.has(to))) continue;
      if (isFile) read.add(to);
      counts.set(to, count + 1);
      waiting.push(link);
    }
  }
  holds(reached.size > 2, `${world.at} leads only to ${reached.size} addresses`);
  return reached;
}

/** The numbers of all records that somebody sees, by the path of their kind. */
async function numbersFor(tab) {
  const numbers = new Map();
  for (const kind of kinds) {
    const all = [];
    for (let after = ""; after !== undefined;) {
      const { items, next } = await (await tab.request.get(`/api/v1/${kind}?limit=500${after}`)).json();
      all.push(...items.map(({ number }) => number));
      after = next ? `&after=${encodeURIComponent(next)}` : undefined;
    }
    numbers.set(kind, all);
  }
  return numbers;
}

/** What might answer at an address to which no link led: its gap filled with a number, or, where it has two, what the
 * pages above it lead to. */
async function* guesses(tab, address, numbers) {
  if (!gapsOf(address)) yield address;
  const of = numbers.get(partsOf(address)[1]) ?? [...numbers.values()].flat();
  if (gapsOf(address) === 1) yield* of.map((number) => address.replace("{number}", number));
  const above = pages.filter((it) => gapsOf(it) === 1 && address.startsWith(`${it}/`));
  for (const number of gapsOf(address) === 2 ? of : []) {
    for (const it of above) {
      const answer = await tab.request.get(it.replace("{number}", number), asHtml);
      const links = isPage(answer) ? linksIn(await answer.text(), new URL(answer.url())) : [];
      yield* links.filter((url) => addressOf(url.pathname) === address).map(pathOf);
    }
  }
}

/** A page of an address to which no link led. */
async function askedByName(tab, address, numbers) {
  for await (const path of guesses(tab, address, numbers)) {
    const answer = await tab.request.get(path, asHtml);
    if (isPage(answer) && addressOf(new URL(answer.url()).pathname) === address) return path;
  }
  return undefined;
}

/** Who looks at which page: for each address the first of the house who gets there, and the first from outside. */
async function planned(world, wrongs) {
  const found = [], plan = [];
  await together(world.people, async (person, place) => {
    const tab = await enter(world, person);
    found[place] = await reachedBy(world, tab, wrongs);
    await tab.context().close();
  });
  const isPlanned = (address, outside) => plan.some((it) => it.address === address && isOutside(it.person) === outside);
  for (const [place, person] of world.people.entries()) {
    for (const [address, path] of found[place]) if (!isPlanned(address, isOutside(person))) plan.push({ person, address, path });
  }
  for (const person of world.people.filter((it) => !isOutside(it))) {
    const left = pages.filter((it) => !isApart(it) && !isPlanned(it, false));
    if (!left.length) break;
    const tab = await enter(world, person), numbers = await numbersFor(tab);
    for (const address of left) {
      const path = await askedByName(tab, address, numbers);
      if (path) plan.push({ person, address, path });
    }
    await tab.context().close();
  }
  return plan;
}

/** Opens a page in some ways, and judges it. */
async function look(tab, path, wrongs, through) {
  for (const [language, colorScheme, width] of through) {
    const wrong = (what) => wrongs.push(`${path} at ${width} px, ${language}, ${colorScheme}: ${what}`);
    await speak(tab, language);
    await tab.emulateMedia({ colorScheme });
    await tab.setViewportSize({ width, height: 860 });
    const answer = await tab.goto(path);
    if (answer.status() !== 200) wrong(`answers ${answer.status()}`);
    if (!answer.headers()["content-security-policy"]) wrong("no content security policy");
    const { headings, title, lang } = await tab.evaluate(() => ({
      headings: document.querySelectorAll("h1").length,
      title: document.title,
      lang: document.documentElement.lang,
    }));
    if (headings !== 1) wrong(`${headings} h1`);
    if (!title) wrong("no title");
    if (lang !== language) wrong(`speaks ${lang}`);
    [...(await violations(tab)), ...(width === 360 ? await sideways(tab) : []), ...wrongsOf(tab)].forEach(wrong);
  }
}

/** A window that waits for its first page. */
async function waits(tab) {
  await tab.goto(places.signIn);
  return tab;
}

/** Looks at what was planned. */
async function walk(world, plan, wrongs) {
  const idle = new Map(world.people.map((person) => [person, []]));
  await together(plan, async (page, place) => {
    const { person, path } = page;
    const tab = idle.get(person).pop() ?? (await waits(await enter(world, person)));
    await look(tab, path, wrongs, waysOf(page, place)).catch((error) => wrongs.push(`${path}: ${firstLine(error)}`));
    idle.get(person).push(tab);
  });
  await Promise.all([...idle.values()].flat().map((tab) => tab.context().close()));
}

/** A window of somebody who is not signed in. */
async function nobody(world) {
  const context = await world.browser.newContext({ baseURL: world.at, reducedMotion: "reduce", locale: "en-GB" });
  return waits(watched(world, await context.newPage()));
}

/** Looks at what the links of letters open for whoever has no account, before and after the code is typed. */
async function walkFromLetters(world, wrongs) {
  const asked = [
    [meridian, "/answer", askedAQuestion], [meridian, "/understood", (it) => askedAfterACall(it, "2026-12-20")], [meridian, "/sign", askedToSign],
    [voltaro, "/notice", (it) => toldASupplier(it, "2027-01-04")], [meridian, "/notice", (it) => askedToApprove(it, "2027-06-01")],
  ];
  for (const [to, path, asks] of asked) {
    const tab = await nobody(world);
    await asks(world);
    const link = linkTo(world, to, path);
    await look(tab, link, wrongs, ways);
    await speak(tab, "en");
    if (await comesBy(world, tab, to, link)) await look(tab, link, wrongs, ways);
    await tab.context().close();
  }
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
  "every page that has an address is whole, quiet and readable": async () => {
    // A demo of its own at a fixed moment, so that the walk meets the same records each time.
    const world = await begin(process.env.REQORD, ["--at", moment]), wrongs = [];
    try {
      const begun = Date.now(), seconds = () => Math.round((Date.now() - begun) / 1000);
      const plan = await planned(world, wrongs);
      console.log(`        ${plan.length} pages were found in ${seconds()} s`);
      await walk(world, plan, wrongs);
      await walkFromLetters(world, wrongs);
      console.log(`        and looked at after ${seconds()} s`);
      const met = new Set([places.signIn, "/sign-in/forgotten", ...plan.map(({ address }) => address)]);
      wrongs.push(...pages.filter((it) => !isApart(it) && !met.has(it)).map((it) => `nobody looked at ${it}`));
      wrongs.push(...pages.filter((it) => isApart(it) && met.has(it)).map((it) => `${it} is left out, and was met`));
      wrongs.push(...apart.filter(([pattern]) => !pages.some((it) => pattern.test(it))).map(([, why]) => `nothing is left out as ${why}`));
    } finally {
      await world.end();
    }
    holds(!wrongs.length, wrongs.join("\n"));
  },
  "the page of signing in is readable before anybody is known": async (world) => {
    const tab = await nobody(world), wrongs = [];
    for (const path of [places.signIn, "/sign-in/forgotten"]) await look(tab, path, wrongs, ways);
    holds(!wrongs.length, wrongs.join("\n"));
  },
  "under a finger no page is wider than a phone": async (world) => {
    const wrongs = [];
    for (const name of ["ada", "carl"]) {
      const tab = await enter(world, personOf(world, name), { width: 360, height: 740, finger: true });
      await tab.goto(places.home);
      holds(await tab.evaluate(() => matchMedia("(pointer: coarse)").matches), "the browser takes a finger for a mouse");
      for (const language of ["en", "de"]) {
        await speak(tab, language);
        wrongs.push(...(await wideUnderAFinger(tab)).map((each) => `${name}, ${language}: ${each}`));
      }
    }
    holds(!wrongs.length, wrongs.join("\n"));
  },
  "reading works without script": async (world) => {
    const tab = await enter(world, world.people[0], { script: false });
    await tab.goto(places.set);
    await until(() => tab.locator("h1").count(), "a heading");
    holds((await tab.locator("tr[data-number] a[href]").count()) > 0, "no row leads to its requirement without script");
    holds((await tab.locator("main").innerText()).includes("REQ-"), "no requirement can be read without script");
  },

  "whoever scans the code of a paper reads a page without a flaw": async (world) => {
    const tab = await enter(world, personOf(world, "ada"));
    const paper = await tab.request.get(`${places.set}/revisions/1/sheet.pdf?language=en`);
    holds(paper.ok(), `the sheet answers ${paper.status()}`);
    const [, code] = unpacked(await paper.body()).match(/\/verify\/([\w.-]+)/) ?? [];
    holds(code, "no code stands on the sheet");
    await tab.goto(`/verify/${code}`);
    holds((await tab.locator("h1").innerText()).length > 0, "the page says nothing");
    same(await violations(tab), [], "axe behind the code of a paper");
  },

  "words become a requirement without script": async (world) => {
    const tab = await enter(world, personOf(world, "ada"), { script: false });
    await tab.goto(places.conversation);
    const said = await tab.locator(".words[data-source]").first().innerText();
    const words = said.split("\n").map((line) => line.trim()).find((line) => line.split(" ").length > 3);
    await tab.locator(".by-form summary").first().click();
    await tab.locator(".by-form textarea").first().fill(words);
    await Promise.all([tab.waitForURL(/\/passages\/new/), tab.locator(".by-form button").first().click()]);
    // The same page where scripts run: what looks at it is one.
    const seen = await enter(world, personOf(world, "ada"));
    await seen.goto(tab.url());
    same(await violations(seen), [], "axe on the page that makes a requirement of words");
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
