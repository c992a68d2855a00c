// What the browser checks share: the served demo, its people, a browser, and what to look for on a page.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const startsWithin = 120_000;

/** Where the clock of a demo begins that has to be the same each time, down to its days. */
export const moment = "2026-11-18T10:00:00Z";

/** The Monday on which the house of the stories stands. */
export const monday = "2026-03-02T08:00:00Z";

/** Where the checks go. */
export const places = {
  signIn: "/sign-in",
  home: "/",
  set: "/requirement-sets/RS-2026-0017",
  table: "/requirement-sets/RS-2026-0031/table",
  conversation: "/conversations/CV-2026-0231",
  mailIntake: "/import",
};

/** Starts the demo and a browser; `end` stops exactly these two. */
export const begin = (program, more = []) => opens(program, ["demo", ...more], true);

/** The same with a house that nobody set up yet. */
export async function beginEmpty(program) {
  const data = mkdtempSync(join(tmpdir(), "reqord-empty-"));
  const world = await opens(program, ["serve", "--data", data], false);
  return { ...world, data, end: async () => { await world.end(); rmSync(data, { recursive: true, force: true }); } };
}

async function opens(program, words, hasPeople) {
  const server = spawn(program, [...words, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise((ended) => { server.once("exit", ended); });
  const { at, people, data } = await readSignIns(server, hasPeople).catch((error) => { server.kill(); throw error; });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
      "--disable-background-networking", "--disable-component-update"] });
  const end = async () => { await browser.close(); server.kill("SIGTERM"); await gone; };
  return { at, people, data, browser, sessions: new Map(), end };
}

/** Reads the address and a line for each person, where there are some: role, address, password. Ends when the lines
 * pause. */
function readSignIns(server, hasPeople) {
  return new Promise((ready, fail) => {
    const people = [];
    let at, data, pause;
    const limit = setTimeout(() => fail(new Error("The program did not print its address and sign-ins in time.")), startsWithin);
    server.once("error", fail);
    server.once("exit", (code) => fail(new Error(`The program ended with ${code} before it was ready.`)));
    createInterface({ input: server.stdout }).on("line", (line) => {
      at ??= line.match(/https?:\/\/127\.0\.0\.1:\d+/)?.[0];
      data ??= line.match(/^Its data lie in (.+)$/)?.[1];
      const parts = line.trim().split(/\t| {2,}/).map((part) => part.trim());
      const mail = parts.findIndex((part) => /^\S+@\S+$/.test(part));
      if (mail > 0 && parts[mail + 1]) people.push({ role: parts.slice(0, mail).join(" "), address: parts[mail], password: parts[mail + 1] });
      clearTimeout(pause);
      if (at && (people.length || !hasPeople)) pause = setTimeout(() => { clearTimeout(limit); ready({ at, people, data }); }, 300);
    });
  });
}

/** The person whose address begins like this, or the first whose role says so. */
export const personOf = (world, wanted) => world.people.find(({ address }) => address.startsWith(wanted)) ?? world.people.find(({ role }) => role.toLowerCase().includes(wanted)) ??
  (() => { throw new Error(`Nobody among the sign-ins is ${wanted}.`); })();

/** A signed-in window of its own. What goes wrong in it is gathered in `tab.wrongs`. */
export async function enter(world, person, { width = 1280, height = 860, dark = false, script = true, finger = false } = {}) {
  const context = await world.browser.newContext({ baseURL: world.at, viewport: { width, height },
    colorScheme: dark ? "dark" : "light", reducedMotion: "reduce", javaScriptEnabled: script, locale: "en-GB",
    hasTouch: finger, isMobile: finger,
    storageState: world.sessions.get(person.address) });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: world.at });
  const tab = watched(world, await context.newPage());
  if (!world.sessions.has(person.address)) {
    await signIn(tab, person);
    world.sessions.set(person.address, await context.storageState());
  }
  return tab;
}

async function signIn(tab, { address, password }) {
  await tab.goto(places.signIn);
  await tab.locator('input[name="address"], input[type="email"]').first().fill(address);
  await tab.locator('input[type="password"]').fill(password);
  await Promise.all([tab.waitForURL((url) => url.pathname !== places.signIn), tab.locator("main form button:not([type=button])").first().click()]);
}

/** Sends JSON as a program of whoever signed in; the answer. */
export async function sends(tab, method, address, data) {
  const answer = await tab.request.fetch(address, { method, data });
  const words = await answer.text();
  holds(answer.ok(), `${address} answers ${answer.status()}: ${words}`);
  return JSON.parse(words);
}

/** Does something as a program of somebody. */
export async function as(world, who, act) {
  const tab = await enter(world, personOf(world, who));
  const came = await act((...it) => sends(tab, ...it), tab);
  await tab.context().close();
  return came;
}

const lettersOf = (world, ...words) => execFileSync(process.env.REQORD, ["letters", ...words, "--data", world.data], { encoding: "utf8" });

/** The newest letters: the number of each and whom it is for. */
export const letters = (world) => lettersOf(world).split("\n").map((line) => line.split("\t"))
  .filter(([number]) => /^\d+$/.test(number)).map(([number, , to]) => ({ number, to }));

/** A letter as only its addressee reads it: asked where the keys are. */
export const letter = (world, number) => lettersOf(world, number);

/** The newest letter to an address. */
export function letterTo(world, address) {
  const found = letters(world).find(({ to }) => to === address);
  holds(found, `there is no letter to ${address}`);
  return letter(world, found.number);
}

/** From now on pages are in this language, whatever their reader chose. */
export const speak = (tab, code) => tab.context().addCookies([{ name: "language", value: code, url: new URL(tab.url()).origin }]);

/** Gathers what no page may do: errors in the console, breaches of the policy, requests to elsewhere. */
export function watched(world, tab) {
  tab.wrongs = [];
  tab.on("console", (said) => { if (said.type() === "error") tab.wrongs.push(`console: ${said.text()} ${said.location().url}`); });
  tab.on("pageerror", (error) => tab.wrongs.push(`script: ${error.message}`));
  tab.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== world.at) tab.wrongs.push(`asks ${url.origin}`);
  });
  return tab;
}

/** What is wrong in a tab so far, and forgets it. */
export const wrongsOf = (tab) => tab.wrongs.splice(0);

/** What axe finds in the page as it stands. */
export async function violations(tab) {
  const before = tab.wrongs ? [...tab.wrongs] : [];
  await tab.evaluate(axe);
  const found = await tab.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  // Axe tries inline styles of its own; what the policy says to them is no fault of the page.
  await tab.waitForTimeout(20);
  if (tab.wrongs) tab.wrongs = [...before, ...tab.wrongs.slice(before.length).filter((wrong) => !wrong.includes("Applying inline style"))];
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, any, all, none }) =>
    `${html.slice(0, 120)} ${[...any, ...all, ...none][0]?.message ?? ""}`).join(" | ")}`);
}

/** What scrolls sideways; only a named region may. */
export const sideways = (tab) => tab.evaluate(() => {
  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth ? [`the page is ${document.documentElement.scrollWidth} px wide`] : [];
  const inner = [...document.querySelectorAll("main *")].filter((node) => node.scrollWidth > node.clientWidth + 1)
    .filter((node) => ["auto", "scroll"].includes(getComputedStyle(node).overflowX))
    .filter((node) => !node.matches(".scroll, .scrolls[role=group][aria-label], .unseen, input, textarea, select")).map((node) => `scrolls sideways: ${node.localName}.${node.className}`);
  return [...wide, ...inner];
});

/** A claim of a check; the sentence says what was expected. */
export function holds(claim, sentence) {
  if (!claim) throw new Error(sentence);
}

export const same = (found, wanted, what) => holds(JSON.stringify(found) === JSON.stringify(wanted), `${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);

/** Waits until a question about the page is answered with yes. */
export async function until(question, sentence, within = 6000) {
  const end = Date.now() + within;
  while (Date.now() < end) {
    if (await question()) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error(`Waited in vain: ${sentence}`);
}
