// Scripts as they are typed by whoever has no account: behind the links of letters, and while a house is set up.
// Each form is sent twice: first with every script and far too much of it, so that what is refused is shown again; then
// with one for each field, which is looked for where the house shows it.
import { addressOf } from "./addresses.mjs";
import { bookOf, reached, starts, windowOf } from "./fill.mjs";
import { guarded, seen, visit } from "./looking.mjs";
import { meridian } from "./signoff.check.mjs";
import { askedAQuestion, askedAfterACall, askedToApprove, askedToSign, comesBy, linkTo, toldASupplier, voltaro } from "./strangers.mjs";
import { nameOf } from "./texts.mjs";
import { trickFor, tricks } from "./tricks.mjs";
import { as, beginEmpty, holds, personOf } from "./world.mjs";

const most = 20_000; // characters that any field takes
const each = `${tricks.join(" ")} `, farTooMuch = each.repeat(Math.ceil(most / each.length) + 1);
const say = (words) => trickFor(`in a letter: ${words}`);

/** Fills the form that a button sends, chooses, and presses the button; the status of the answer, and what was written. */
async function types(tab, button, choose, wordsFor) {
  const press = tab.locator(button).first();
  const fields = await press.evaluate(({ form }) => [...form.elements]
    .filter((it) => it.name && (it.localName === "textarea" || /^(text|search|tel|url|email|password)$/.test(it.type))).map(({ name, type }) => ({ name, type })));
  const words = Object.fromEntries(fields.map(({ name, type }) => [name, wordsFor(name, type)]).filter(([, it]) => it !== undefined));
  await press.evaluate(({ form }, { words, choose }) => {
    form.noValidate = true;
    for (const it of form.elements) {
      const [, wanted] = Object.entries(choose).find(([beginning]) => it.name?.startsWith(beginning)) ?? [];
      if (it.type === "radio" && wanted) it.checked = it.value === wanted;
      if (it.name in words) it.value = words[it.name];
    }
  }, { words, choose });
  const [answer] = await Promise.all([tab.waitForNavigation(), press.click()]);
  return { status: answer.status(), words };
}

/** Sends a form twice, and looks at what comes; what was kept, beside the field and the address. In `fields` a pattern
 * says which are meant, and `fitting` what stands where no script does. */
async function sends(tab, { address, button, choose = {}, fields = /./, fitting = {} }, who, told) {
  const asMeant = (script) => (name, type) => fitting[name] ?? (fields.test(name) && type !== "password" ? script(name) : undefined);
  const refused = await types(tab, button, choose, asMeant(() => farTooMuch));
  holds(refused.status >= 400 && refused.status < 500, `${address} answers ${refused.status} to far too much`);
  await seen(tab, who, false, told);
  const { status, words } = await types(tab, button, choose, asMeant((name) => trickFor(`${address} ${nameOf(name)}`)));
  holds(status < 400, `${address} answers ${status}: ${await tab.locator("main").innerText()}`);
  await seen(tab, who, true, told);
  told.sent += 2;
  return Object.entries(words).filter(([name]) => !(name in fitting)).map(([name, script]) => ({ address, name: nameOf(name), script }));
}

const asOneLine = (words) => words.replace(/\s+/g, " ").trim();

/** All that a page says, what stands in its fields, too. */
const wordsOf = async (tab) => asOneLine(await tab.evaluate(() => [document.documentElement.textContent, ...[...document.querySelectorAll("input, textarea")].map((it) => it.value)].join(" ")));

/** Writes into the book what was typed, and as kept what some words of the house say. */
function note(book, typed, words) {
  for (const { address, name, script } of typed) {
    book.taken.add(address);
    book.refused.delete(address);
    book.fields.add(`${address} ${name}`);
    book.tricks.add(script);
    if (words.includes(asOneLine(script))) book.kept.add(`${address} ${name}`);
  }
}

/** Answers what the customer queried, so that they can sign. */
const queriesAnswered = (world, [signOff]) => as(world, "ada", async (send) => {
  const all = (await send("GET", `/api/v1${signOff}/clarifications`)).map(({ number }) => `/clarifications/${number}`);
  for (const it of all) await send("POST", `/api/v1${it}/answer`, { words: say("They are blue."), name: "", source: "" });
  await send("POST", `/api/v1${signOff}/resume`);
  return all;
});

/** What letters ask for: to whom, which link they have, what the house does so that it writes, and the forms behind the
 * link. After one of them the house may do something, and writes again. */
const letters = [
  { to: meridian, path: "/answer", asks: (world) => askedAQuestion(world, say), forms: [{ address: "POST /answer/{secret}", button: 'form[action^="/answer/"] button' }] },
  { to: meridian, path: "/understood", asks: (world) => askedAfterACall(world, "2026-03-20", say),
    forms: [{ address: "POST /understood/{secret}", button: 'form[action^="/understood/"] button', choose: { "answer-": "otherwise" } }] },
  { to: voltaro, path: "/notice", asks: (world) => toldASupplier(world, "2026-06-01", say), forms: [{ address: "POST /notice/{secret}/answer", button: 'button[value="acknowledged"]' }] },
  { to: meridian, path: "/notice", asks: (world) => askedToApprove(world, "2026-08-01", say), forms: [{ address: "POST /notice/{secret}/answer", button: 'button[value="approved"]' }] },
  { to: meridian, path: "/sign", asks: (world) => askedToSign(world, say),
    forms: [
      { address: "POST /sign/{secret}/words", button: 'form[action$="/words"] button:not([formaction])', choose: { "word-": "query" }, fields: /^remark-/, then: queriesAnswered },
      { address: "POST /sign/{secret}/confirm", button: 'button[formaction$="/confirm"]', choose: { "word-": "accept" }, fields: /^(name|role)$/ },
    ] },
  // With the signature.
  { to: meridian, path: "/certificate", asks: () => [], forms: [{}] },
];

/** Somebody without an account, in a window of their own. */
const stranger = async ({ browser, at }) => guarded(await (await browser.newContext({ baseURL: at, reducedMotion: "reduce", locale: "en-GB" })).newPage());

/** Types scripts behind each link, and looks at the pages behind it and at those of the house that show them. */
export async function byLetters(world, book, told) {
  const ada = guarded(await windowOf(world, personOf(world, "ada")));
  for (const { to, path, asks, forms } of letters) {
    const tab = await stranger(world), who = `whoever has a link to ${path}`, pages = await asks(world), typed = [];
    for (const form of forms) {
      const isAsked = await comesBy(world, tab, to, linkTo(world, to, path), trickFor(`${path} code`));
      if (isAsked) for (const it of ["code", "enter"]) book.taken.add(`POST ${path}/{secret}/${it}`);
      await seen(tab, who, true, told);
      if (!form.address) continue;
      typed.push(...await sends(tab, form, who, told));
      if (form.then) pages.push(...await form.then(world, pages));
    }
    await tab.context().close();
    const heard = [];
    for (const path of pages) {
      await visit(ada, { who: "ada", path, isDark: true }, told);
      heard.push(await wordsOf(ada));
    }
    note(book, typed, heard.join(" "));
  }
  await ada.context().close();
}

/** What is asked of whoever sets a house up; `fitting` is what stands where no script does. */
const questions = [
  { path: "/setup", fitting: { email: "otto@house.example", password: "seven quiet otters" } },
  { path: "/setup/company", fitting: { zone: "Europe/London" } },
  { path: "/setup/functions" },
  { path: "/setup/people", fitting: Object.fromEntries([1, 2, 3, 4, 5, 6].map((it) => [`email${it}`, `person${it}@house.example`])) },
  { path: "/setup/customer", fitting: { country: "GB", domains: "dairy.example" } },
];

/** Sets an empty house up with scripts, and looks at every page that shows it. */
export async function bySetup(program, book, told) {
  const world = await beginEmpty(program);
  try {
    const tab = await stranger(world), typed = [], heard = [];
    await tab.goto("/");
    for (const { path, fitting } of questions) {
      holds(new URL(tab.url()).pathname === path, `${path} is not asked, but ${tab.url()}`);
      await seen(tab, "whoever sets up", true, told);
      typed.push(...await sends(tab, { address: `POST ${path}`, button: `form[action="${path}"] button:not([type=button])`, fitting }, "whoever sets up", told));
    }
    const found = [], plan = new Map();
    for await (const page of reached({ ...bookOf(), at: world.at }, tab, [...starts, ...questions.slice(1).map((it) => it.path)])) found.push(page);
    // The names of the house and of whoever looks stand on each page within its frame: that is looked at once.
    const inTheFrame = found.find(({ path }) => path === "/").scripts;
    for (const { path, scripts } of found) {
      const address = addressOf(path.split("?")[0]);
      if (scripts > inTheFrame || path === "/") plan.set(address, plan.get(address) ?? path);
    }
    for (const path of plan.values()) {
      await visit(tab, { who: "whoever set up", path, isDark: false }, told);
      heard.push(await wordsOf(tab));
    }
    const door = await stranger(world);
    await visit(door, { who: null, path: "/sign-in", isDark: true }, told);
    note(book, typed, heard.join(" "));
    console.log(`        an empty house was set up, and ${plan.size} pages show its names`);
  } finally {
    await world.end();
  }
}
