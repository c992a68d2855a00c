// Scripts in every text field and every file name, brought in by forms, programs, files and mails: nothing of it runs.
// The same work in each run: `fill.mjs` sends to every address that takes something; then each page that has an address
// is looked at in a real browser, there where most of it stands, and each of its forms is sent by hand, so that what is
// refused is shown again, too.
import { addressOf, answering, isApart, pages, sentTo } from "./addresses.mjs";
import { candidates, fill, isKept, leftOf, ofAnyKind, reached, starts, windowOf } from "./fill.mjs";
import { trickFor, tricks } from "./tricks.mjs";
import { holds, personOf, sideways, violations } from "./world.mjs";

const alike = 2; // pages of an address that are looked at
const side = 2; // people who look at the same time
const phone = { width: 360, height: 800 }, desk = { width: 1280, height: 860 };

/** What ran, or tried to: dialogs, breaches of the policy, windows that opened, leaving for elsewhere. */
function guarded(tab) {
  tab.ran = [];
  tab.on("dialog", async (dialog) => {
    if (dialog.type() !== "beforeunload") tab.ran.push(`a dialog: ${dialog.message()}`);
    await dialog.dismiss().catch(() => {});
  });
  tab.on("popup", () => tab.ran.push("a window opened"));
  tab.on("console", (said) => {
    const words = said.text();
    if (/Content Security Policy|Refused to/.test(words)) tab.ran.push(`policy: ${words.slice(0, 200)} at ${tab.url()}`);
  });
  return tab;
}

/** How bright the ground of a page is: 0 is black, 255 white. */
const brightness = (tab) => tab.evaluate(() => {
  const grounds = [document.body, document.documentElement].map((each) => getComputedStyle(each).backgroundColor);
  const paper = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  paper.fillStyle = grounds.find((each) => each !== "transparent" && each !== "rgba(0, 0, 0, 0)") ?? "white";
  paper.fillRect(0, 0, 1, 1);
  return Math.max(...paper.getImageData(0, 0, 1, 1).data.slice(0, 3));
});

/** Why nothing gets through to these, with a script in it or without. */
const untaken = [
  [/\/\{secret\}/, "behind the link of a letter and its code: signoff.check.mjs and app/tests/stories send it"],
  [/\/(jobs|letters|mail|import)\/\{/, "for a job, a letter or a mail that waits, of which the demo has none"],
  [/\*\/(bulk|change-many)\/\{batch\}\/undo$/, "takes back what nobody did, without a word"],
  [/^POST \/lists\/\*\/views\/\{view\}/, "programs change the same views: /api/v1/views/{id}"],
  [/\/statements\/\{id\}\/heed$/, "for what a customer said and nobody heeded yet"],
  [/\/drafts\/\{place\}$/, "kept by a script for its writer alone: draft.check.mjs"],
  [/\/changes\/\{number\}\/(affected\/found|answer|impacts|redlines|replan)$/, "the forms of a change take the same words one by one"],
  [/\/api\/v1\/(clarifications(\/\{number\})?|reviews\/\{number\}\/commitment)$/, "only from an open review, whose forms take the same words"],
  [/\/api\/v1\/sign-offs\/\{number\}$/, "only while nobody has signed; the form that offers takes the same words"],
  [/\/api\/v1\/orders\/\{number\}\/deliveries$/, "the form of the order takes the same words"],
  [/\/checklists\/\{checklist\}\/answers$|\/standing\/pull$/, "the forms of the set take the same words"],
  [/\/api\/v1\/wording$/, "answers what is wrong with a sentence, and keeps nothing"],
];

/** Sends each form of a page with scripts in all its fields, those for days and numbers, too, and looks at what comes. */
async function byHand(tab, book, path, { sent, wrongs }) {
  const actions = await tab.locator("main form[method=post]").evaluateAll((forms) => forms.map((form) => form.getAttribute("action") ?? location.pathname));
  for (const [place, action] of actions.entries()) {
    const address = action.startsWith("/") && answering(sentTo.map((it) => it.path), action.split("?")[0]);
    if (!address || isKept(book, address, action) || sent.has(ofAnyKind(address))) continue;
    sent.add(ofAnyKind(address));
    const form = tab.locator("main form[method=post]").nth(place);
    if (!(await form.count())) break; // what was sent took a form away
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
    wrongs.push(...tab.ran.splice(0).map((it) => `${address}, sent by hand: ${it}`));
    await tab.goto(path).catch(() => {});
  }
}

/** Looks at a page by day and by night, on a desk and on a phone. */
async function visit(tab, who, path, told, isDark) {
  const answer = await tab.goto(path).catch(() => null); // what is saved is no page
  if (!answer || !/text\/html/.test(answer.headers()["content-type"] ?? "")) return false;
  if (answer.status() >= 500) told.wrongs.push(`${path} answers ${answer.status()}`);
  const { links, isShown } = await tab.evaluate(() => ({
    links: [...document.querySelectorAll("a[href]")].map((each) => each.href),
    isShown: document.documentElement.outerHTML.includes("alert(1)"),
  }));
  const bad = links.filter((each) => /^(javascript|data|vbscript):/i.test(each));
  told.wrongs.push(...bad.map((it) => `${path} leads to ${it}`));
  told.pages += 1;
  if (isShown) {
    told.shown += 1;
    await tab.setViewportSize(phone);
    const wide = (await sideways(tab)).filter((it) => it.startsWith("the page"));
    await tab.setViewportSize(desk);
    told.wrongs.push(...wide.map((it) => `${who} at ${path} on a phone: ${it}`));
  }
  told.wrongs.push(...tab.ran.splice(0).map((it) => `${who} at ${path}: ${it}`));
  if (isDark && isShown) {
    await tab.emulateMedia({ colorScheme: "dark" });
    told.dark += 1;
    if ((await brightness(tab)) >= 100) told.wrongs.push(`${path} is not dark`);
    const pale = (await violations(tab)).filter((it) => it.startsWith("color-contrast"));
    tab.ran.length = 0; // what the policy says to the styles that axe tries is no fault of the page
    await tab.emulateMedia({ colorScheme: "light" });
    told.wrongs.push(...pale.map((it) => `${who} at ${path} in the dark: ${it}`));
  }
  return answer.status() === 200;
}

/** Looks at pages of each address that somebody reaches, where most scripts stand first. */
async function look(world, book, who, told) {
  const tab = guarded(await windowOf(world, who && personOf(world, who)));
  const isOutside = !who || ["carl", "eve"].includes(who), found = new Map();
  const add = (address, path, scripts) => found.set(address, [...(found.get(address) ?? []), { path, scripts }]);
  for await (const page of reached(book, tab, who ? [...starts, ...book.made] : ["/sign-in", "/sign-in/forgotten", ...book.links])) add(addressOf(page.path.split("?")[0]), page.path, page.scripts);
  for (const address of who && !isOutside ? pages.filter((it) => !found.has(it)) : []) for (const path of candidates(book, address)) add(address, path, 0);
  const seen = new Set();
  for (const [address, paths] of found) {
    const key = isOutside ? `outside ${address}` : address;
    if (told.looked.has(key) || (isApart(address) && who)) continue;
    const shape = address.replace(/^\/[a-z-]+\/\{number\}/, "/*/{number}");
    let count = 0;
    for (const { path } of paths.sort((one, other) => other.scripts - one.scripts)) {
      if (count >= alike || told.looked.has(key)) break;
      const isPage = await visit(tab, who ?? "nobody", path, told, who === "ada" && !seen.has(shape));
      if (!isPage) continue;
      if (count === 0) await byHand(tab, book, path, told);
      count += 1;
      seen.add(shape);
    }
    if (count) told.looked.add(key);
  }
  await tab.context().close();
}

const lines = (all) => all.map((it) => `\n${it}`).join("");

/** What is written here stays in the house: no other check would find what it looks for. */
export const needsItsOwnHouse = true;

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
    const book = await fill(world);
    const { wanted, unsent, refused } = leftOf(book);
    console.log(`        ${book.sent} requests in ${since()} s: ${wanted.length - unsent.length} of ${wanted.length} addresses, ${refused.length} of which refused all; ` +
      `${book.fields.size} text fields, ${book.kept.size} of which kept a script; ${book.files.size} fields for files; ${book.tricks.size} scripts (${Object.entries(book.times).map(([who, seconds]) => `${who} ${seconds} s`).join(", ")})`);
    const told = { pages: 0, shown: 0, dark: 0, looked: new Set(), sent: new Set(), wrongs: [] };
    const waiting = ["ada", "sam", "bob", "ben", "henrik", "carl", "eve", null];
    const some = async () => { while (waiting.length) await look(world, book, waiting.shift(), told); };
    await Promise.all(Array.from({ length: side }, some));
    console.log(`        ${told.pages} pages of ${told.looked.size} addresses in ${since()} s, of which ${told.shown} show a script as words, ${told.dark} in the dark; ${told.sent.size} forms by hand`);
    holds(!told.wrongs.length, told.wrongs.join("\n"));
    holds(!unsent.length, `nothing was sent to${lines(unsent)}`);
    const unsaid = refused.filter((it) => !untaken.some(([pattern]) => pattern.test(it)));
    holds(!unsaid.length, `nothing got through to${lines(unsaid)}`);
    const idle = untaken.filter(([pattern]) => !wanted.some((it) => pattern.test(it)));
    holds(!idle.length, `there is no such address any more: ${idle.map(([pattern, why]) => `${pattern} ${why}`).join(", ")}`);
    const unseen = pages.filter((it) => !isApart(it) && !told.looked.has(it) && !told.looked.has(`outside ${it}`));
    holds(!unseen.length, `nobody looked at${lines(unseen)}`);
    const untried = tricks.filter((it) => !book.tricks.has(it));
    holds(!untried.length, `these were never sent: ${untried.join(" ")}`);
  },
};
