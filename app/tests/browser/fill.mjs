// Writes scripts into every text field and every file name that the program has, as people by the forms of its pages
// and as programs by the addresses of its description; all from within a page of a real browser.
import { addressOf, answering, isApart, isFile, kindOf, pages, partsOf, sentTo } from "./addresses.mjs";
import { bodyAt, fieldsAt, ofKind, recordsBy, sentAs, ticked, wordOf } from "./samples.mjs";
import { mayRefuse, nameOf, unkept } from "./texts.mjs";
import { nameFor, trickFor } from "./tricks.mjs";
import { enter, holds, personOf } from "./world.mjs";

const alike = 2; // pages of an address that are read for what they offer
const tries = 5; // with a word instead of a script where one was refused
const most = 3; // records at which a form is tried
const side = 6; // pages that are read at the same time
const overtaken = 412; // somebody else changed it first
const rowKey = "k1"; // what a row of a list is called by, which has to be of its own and short

/** What is never sent, and why. */
const spared = [
  [/^\/sign-out$|^\/me\/sessions\/|^\/me\/(password|factor)|^\/password\/|^\/sign-in\/(code|factor)$/, "ends who walks, and holds no text that is shown"],
  [/^\/me\/(language|theme)$/, "a choice, no text"],
];
/** What makes records closed to what comes after it: sent last. */
const late = /\/(end|remove|withdraw|leave|merge|apart|join|move|undo|drop|close|closing|cancellation|give-up|away|revert|revoke|strike|settle|accept|release|approval|activate|stand-down|steps\/.*|again|return|reset|confirm|sign|commit|send|issue|order|deliver|bulk.*)$/;
/** What would lock somebody out who walks here. */
const lock = /^\/(api\/v1\/)?people\/\{number\}\/(leave|merge|password|factor\/reset|roles|link|steps\/\{step\})$|^\/(api\/v1\/)?people\/\{number\}$/;

/** The address as it is beside every kind of record, or on every list: the same code answers for each kind. */
export const ofAnyKind = (address) => address.replace(/^(\S+ )?(\/lists\/|\/api\/v1\/)[a-z-]+(?=\/(?:bulk|columns|views|change-many)\b)/, "$1$2*")
  .replace(/^(\S+ )?(\/api\/v1)?\/[a-z-]+\/\{number\}\/(attachments|extra|files|links|remarks|tasks|watch|unwatch)$/, "$1$2/*/{number}/$3")
  .replace(/^(\S+ )?(\/api\/v1)?\/[a-z-]+\/\{number\}\/steps\/[^/]+$/, "$1$2/*/{number}/steps/{step}");
const writing = sentTo.map(({ method, path }) => `${method} ${path}`);
const postPages = sentTo.filter(({ method, path }) => method === "POST" && !path.startsWith("/api/")).map(({ path }) => path);
const isSpared = (address) => spared.some(([pattern]) => pattern.test(address));

/** What a page offers, read within a page: where its links lead, its forms as they stand, how many scripts it shows. */
const read = (tab, path) => tab.evaluate(async (path) => {
  const answer = await fetch(path, { headers: { accept: "text/html" } });
  const isPage = /text\/html/.test(answer.headers.get("content-type") ?? "");
  const text = isPage ? await answer.text() : "";
  if (!isPage) await answer.body?.cancel(); // else it keeps its connection
  const page = new DOMParser().parseFromString(text, "text/html");
  const texts = ["text", "search", "email", "tel", "url", "textarea"];
  const typed = ["date", "datetime-local", "time", "month", "number"];
  const fieldOf = (it) => {
    const is = { name: it.name, value: it.value, needed: it.required, kind: it.type };
    if (it.localName === "select") return { ...is, sort: "select", options: [...it.options].map((each) => each.value) };
    if (it.type === "checkbox" || it.type === "radio") return { ...is, sort: it.type, on: it.checked };
    if (it.type === "file") return { ...is, sort: "file", several: it.multiple };
    if (it.type === "password") return { ...is, sort: "password" };
    if (typed.includes(it.type)) return { ...is, sort: "typed" };
    if (it.hasAttribute("data-day")) return { ...is, sort: "typed", kind: "date" };
    if (/decimal|numeric/.test(it.inputMode)) return { ...is, sort: "typed", kind: "number" };
    return texts.includes(it.type) ? { ...is, sort: "text" } : { ...is, sort: "hidden" };
  };
  const forms = [...page.querySelectorAll("form[method=post]")].flatMap((form) => {
    const all = [...form.elements].filter((it) => !it.disabled);
    const fields = all.filter((it) => it.name && it.localName !== "button" && it.type !== "submit").map(fieldOf);
    const buttons = all.filter((it) => it.type === "submit").map((it) => ({ to: it.getAttribute("formaction"), name: it.name, value: it.value }));
    return (buttons.length ? buttons : [{}]).map((button) => ({
      to: button.to ?? form.getAttribute("action") ?? path, fields, button: button.name ? [button.name, button.value] : null,
      isParted: form.enctype === "multipart/form-data",
    }));
  });
  const links = [...page.querySelectorAll("a[href]:not([download])")].map((it) => it.getAttribute("href"));
  const at = new URL(answer.url);
  return { status: answer.status, path: at.pathname + at.search, isPage, links, forms, scripts: text.split("alert(1)").length - 1 };
}, path);

/** Sends a form from within a page. */
const post = (tab, { to, isParted }, fields, files, method = "POST") => tab.evaluate(async ({ to, isParted, fields, files, method }) => {
  const body = isParted ? new FormData() : new URLSearchParams();
  for (const [name, value] of fields) body.append(name, value);
  for (const { field, name, type, text } of files) body.append(field, new File([text], name, { type }));
  for (;;) {
    const answer = await fetch(to, { method, body, headers: { accept: "text/html" } });
    const wait = answer.status === 429 ? Number(answer.headers.get("retry-after")) : 0;
    if (wait && wait <= 60) { await new Promise((go) => setTimeout(go, wait * 1000)); continue; }
    const isPage = /text\/html/.test(answer.headers.get("content-type") ?? "");
    const page = new DOMParser().parseFromString(isPage ? await answer.text() : "", "text/html");
    if (!isPage) await answer.body?.cancel();
    const at = new URL(answer.url);
    const status = at.pathname === "/sign-in" && !to.startsWith("/sign-in") ? 401 : answer.status;
    return { status, path: at.pathname + at.search, wrong: [...page.querySelectorAll("[aria-invalid=true][name]")].map((it) => it.name) };
  }
}, { to, isParted, fields, files, method });

/** Sends a program's request from within the page; whoever asks too fast waits and asks again. */
const ask = (tab, method, path, body) => tab.evaluate(async ({ method, path, body }) => {
  for (;;) {
    const isBytes = typeof body === "string";
    const answer = await fetch(path, { method, headers: { "content-type": isBytes ? "application/octet-stream" : "application/json", "if-match": "*" }, body: method === "GET" ? undefined : isBytes ? body : JSON.stringify(body) });
    const wait = answer.status === 429 ? Number(answer.headers.get("retry-after")) : 0;
    if (!wait || wait > 60) return { status: answer.status, body: await answer.json().catch(() => ({})) };
    await new Promise((go) => setTimeout(go, wait * 1000));
  }
}, { method, path, body });

/** What came of everything that was sent. */
export function bookOf() {
  return {
    sent: 0, taken: new Set(), refused: new Map(), fields: new Set(), kept: new Set(), files: new Set(), tricks: new Set(),
    numbers: new Map(), paths: new Set(), targets: new Map(), made: new Set(), times: {},
  };
}

/** A book of one's own, which begins with what stands in another. */
export const copyOf = (book) => ({
  ...book, sent: 0, taken: new Set(book.taken), refused: new Map(book.refused), fields: new Set(book.fields), kept: new Set(book.kept), files: new Set(book.files), tricks: new Set(book.tricks),
  numbers: new Map([...book.numbers].map(([kind, all]) => [kind, new Set(all)])), paths: new Set(book.paths), targets: new Map(book.targets), made: new Set(book.made),
});

/** Puts into a book what stands in another. */
function takeOver(book, other) {
  book.sent += other.sent;
  for (const name of ["taken", "fields", "kept", "files", "tricks", "paths", "made"]) for (const it of other[name]) book[name].add(it);
  for (const [kind, all] of other.numbers) book.numbers.set(kind, new Set([...(book.numbers.get(kind) ?? []), ...all]));
  for (const [address, to] of other.targets) if (!book.targets.has(address)) book.targets.set(address, to);
  for (const [address, status] of other.refused) book.refused.set(address, status);
  for (const address of book.taken) book.refused.delete(address);
}

const told = (book, address, came) => {
  book.sent += 1;
  holds(came.status < 500, `${address} answers ${came.status}`);
  if (came.status < 400) { book.taken.add(address); book.refused.delete(address); }
  else if (!book.taken.has(address) && (came.status !== 404 || !book.refused.has(address))) book.refused.set(address, came.status);
  return came.status < 400;
};

/** A word of the samples with what stands in braces filled in. */
function said(book, word, { person, kind } = {}) {
  return String(word).replace(/"?\{([\w -]+)\}"?/g, (all, name) => {
    const [open, close] = [all.startsWith('"') ? '"' : "", all.endsWith('"') ? '"' : ""];
    const of = (it, place = 1) => [...(book.numbers.get(it) ?? [])].at(-place); // the newest, on which least was decided
    const word = name === "password" ? person?.password : name === "email" ? person?.address : name === "own" ? of(kind) : name === "other" ? of("customers", 2) : name === "ada" ? book.ada : of(name);
    return word === undefined ? all : `${open}${word}${close}`;
  });
}

/** The fields of a form as a person would fill them in; `words` says what stands in those of text, `open` where nothing
 * is chosen, `bare` what stays as it stands. */
function filled(book, form, address, person, { words, open, bare }) {
  const special = fieldsAt(`POST ${address}`), pairs = [];
  const say = (word) => said(book, word, { person, kind: kindOf(address) });
  for (const field of form.fields) {
    const { name, sort, value, kind } = field;
    const sample = special[name] ?? (value || wordOf(name));
    if (sort === "text" && bare.has(name)) pairs.push([name, value]);
    else if (sort === "text") pairs.push([name, words.get(name) ?? say(special[name] ?? (value || wordOf(name) || (field.needed ? ofKind(kind) : "")))]);
    else if (sort === "password") pairs.push([name, say(sample ?? "{password}")]);
    else if (sort === "typed") pairs.push([name, say(kind === "number" && sample && Number.isNaN(Number(sample)) ? (field.needed ? "1" : "") : kind === "date" ? special[name] ?? (value || ofKind("date", name)) : sample ?? (field.needed ? ofKind(kind, name) : ""))]);
    else if (sort === "hidden") pairs.push([name, value]);
    else if (sort === "select" && open.has(name)) pairs.push([name, ""]);
    else if (sort === "select") pairs.push([name, special[name] !== undefined && field.options.includes(say(special[name])) ? say(special[name]) : value || (field.options.find(Boolean) ?? "")]);
    else if (sort === "checkbox" || sort === "radio") {
      const others = form.fields.filter((it) => it.name === name);
      const isFirst = others[0] === field, must = sort === "radio" || field.needed || ticked.includes(name);
      if (field.on || (must && isFirst && !others.some((it) => it.on))) pairs.push([name, value]);
    }
  }
  if (form.button) pairs.push(form.button);
  for (const [name, word] of Object.entries(special)) if (!pairs.some(([it]) => it === name)) pairs.push([name, say(word)]);
  return pairs;
}

const types = { html: "text/html", svg: "image/svg+xml", txt: "text/plain", pdf: "application/pdf", png: "image/png" };
const script = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>";

/** Files with scripts in their names and in them, for each field of a form that takes some; a table where one is read. */
const filesFor = (form, address) => form.fields.filter(({ sort }) => sort === "file").flatMap(({ name, several }) => {
  if (address === "/imports") return [{ field: name, name: nameFor(`${address} ${name}`, "csv"), type: "text/csv", text: table(address) }];
  return Object.keys(types).slice(0, several ? 5 : 1).map((ending) => ({ field: name, name: nameFor(`${address} ${name} ${ending}`, ending), type: types[ending], text: script }));
});

/** Sends a form with a script in each text of it; where one is refused, a word stands there instead, and it goes again.
 * The last answer. */
async function sendForm(book, tab, person, form, address) {
  const texts = [...new Set(form.fields.filter(({ sort }) => sort === "text").map(({ name }) => name))];
  const words = new Map(texts.map((name) => [name, trickFor(`${address} ${name}`)])), open = new Set(), bare = new Set();
  const chosen = form.fields.filter(({ sort, options }) => sort === "select" && options.includes("")).map(({ name }) => name);
  const files = filesFor(form, address);
  for (const [name, trick] of words) { book.fields.add(`POST ${address} ${nameOf(name)}`); book.tricks.add(trick); }
  for (const { field } of files) book.files.add(`POST ${address} ${field}`);
  let came;
  for (let time = 0; time <= tries; time += 1) {
    came = await post(tab, form, filled(book, form, address, person, { words, open, bare }), files);
    if (told(book, `POST ${address}`, came)) {
      for (const name of words.keys()) book.kept.add(`POST ${address} ${nameOf(name)}`);
      book.made.add(came.path);
      return came.status;
    }
    const wrong = came.wrong.filter((name) => words.delete(name) || (texts.includes(name) && mayRefuse(name) && !bare.has(name) && bare.add(name)) || (chosen.includes(name) && !open.has(name) && open.add(name)));
    if (came.status === overtaken || (!wrong.length && !words.size)) break;
    const doubtful = [...words.keys()].filter(mayRefuse);
    if (!wrong.length && doubtful.length) doubtful.forEach((name) => words.delete(name)); // it is not said which
    else if (!wrong.length) words.clear(); // with no script at all
  }
  return came.status;
}

/** Whether somebody who walks here would be locked out by it. */
const isLocking = (book, address, path) => lock.test(address) && book.people.has(partsOf(path.replace("/api/v1", ""))[2]);
const isDone = (book, form, address) => book.taken.has(`POST ${address}`) &&
  form.fields.every(({ sort, name }) => sort !== "text" || book.fields.has(`POST ${address} ${nameOf(name)}`));

const isNumber = (part) => /^[A-Z]{1,4}-[\d-]+$/.test(part ?? "");

function remember(book, path) {
  const [, kind, number] = partsOf(path.split("?")[0]);
  if (!isNumber(number)) return;
  if (!book.numbers.has(kind)) book.numbers.set(kind, new Set());
  book.numbers.get(kind).add(number);
}

/** Whether something is left alone here, and why is said above. */
export const isKept = (book, address, path) => isSpared(address) || isLocking(book, address, path);

/** Every page that somebody reaches by links, some of each address, in order. */
export async function* reached(book, tab, starts) {
  const waiting = [...starts], seen = new Set(waiting), counts = new Map();
  while (waiting.length) {
    const some = waiting.splice(0, side);
    const came = await Promise.all(some.map((path) => read(tab, path)));
    for (const page of came) {
      holds(page.status < 500, `${page.path} answers ${page.status}`);
      for (const link of page.links) {
        const url = URL.canParse(link, book.at) ? new URL(link, book.at) : null, path = url && url.pathname + url.search;
        if (!url || url.origin !== book.at || seen.has(path) || /^\/api\/|sign-out/.test(path)) continue;
        seen.add(path);
        book.paths.add(url.pathname);
        remember(book, url.pathname);
        const to = addressOf(url.pathname), count = counts.get(to) ?? 0;
        if (count >= alike || isFile(to)) continue;
        counts.set(to, count + 1);
        waiting.push(path);
      }
      if (page.isPage && page.status === 200) yield page;
    }
  }
}

/** Fills every form that somebody is shown and that is for them to send. */
async function byForms(book, world, who, starts, isTheirs) {
  const person = who && personOf(world, who);
  const tab = await windowOf(world, person);
  const tried = new Map(), later = [];
  const open = (page) => page.forms.filter(({ to }) => to.startsWith("/")).map((form) => ({ ...form, address: answering(postPages, form.to.split("?")[0]) }))
    .filter(({ address }) => address && !isSpared(address) && isTheirs(`POST ${address}`));
  const isWanted = (form) => !isLocking(book, form.address, form.to) && !isDone(book, form, form.address) && (tried.get(form.address) ?? 0) < most;
  const send = async (form, at) => {
    tried.set(form.address, (tried.get(form.address) ?? 0) + 1);
    for (let time = 0; form && time <= tries; time += 1) {
      const status = await sendForm(book, tab, person, form, form.address);
      if (status !== overtaken) return status < 400;
      form = open(await read(tab, at)).find((it) => it.to === form.to);
    }
    return false;
  };
  for await (const page of reached(book, tab, starts)) {
    let forms = open(page);
    for (const { to, address } of forms) if (!book.targets.has(address)) book.targets.set(address, to);
    for (const form of forms) if (late.test(form.address)) later.push({ at: page.path, to: form.to });
    const early = forms.filter((form) => !late.test(form.address)).map(({ to }) => to);
    for (const to of early) {
      const form = forms.find((it) => it.to === to);
      // What was sent made a new version of the record: what its page says now goes with the next form.
      if (form && isWanted(form) && (await send(form, page.path))) forms = open(await read(tab, page.path));
    }
  }
  for (const { at, to } of later) {
    const address = answering(postPages, to.split("?")[0]);
    if ((tried.get(address) ?? 0) >= most || book.taken.has(`POST ${address}`)) continue;
    const form = open(await read(tab, at)).find((it) => it.to === to);
    if (form && isWanted(form)) await send(form, at);
  }
  // What a script sends, or what no page shows just now, goes as a script would send it.
  for (const { method, path: address } of sentTo.filter(({ path }) => !path.startsWith("/api/"))) {
    const name = `${method} ${address}`;
    if (isSpared(address) || book.taken.has(name) || !isTheirs(name) || /\{secret\}|^\/setup/.test(address) || (!person && !/^\/sign-in/.test(address))) continue;
    for (const to of candidates(book, address)) {
      if (isLocking(book, address, to)) continue;
      const sample = fieldsAt(name), kind = kindOf(address);
      const pairs = Object.entries(sample).map(([field, word]) => [field, said(book, word, { person, kind })]);
      if (/\/files$/.test(address)) break;
      const came = await post(tab, { to, isParted: false }, pairs, [], method);
      if (told(book, name, came)) {
        const words = pairs.map(([field, word]) => [field, /^[\w:,.-]*$/.test(word) ? word : trickFor(`${address} ${field}`)]);
        told(book, name, await post(tab, { to, isParted: false }, words, [], method));
        break;
      }
    }
  }
  await tab.context().close();
}

/** Paths that might answer at an address: those that were met, else with the numbers of records of its kind. */
export function candidates(book, address) {
  if (!address.includes("{")) return [address];
  const place = partsOf(address).indexOf("{number}");
  const isMet = (path) => path && answering([address], path.split("?")[0]) && (place < 0 || isNumber(partsOf(path.split("?")[0])[place]));
  const met = [book.targets.get(address), ...book.paths].filter(isMet).slice(-most);
  const kind = partsOf(address.replace("/api/v1", ""))[1];
  const numbers = [...(book.numbers.get(kind) ?? [])];
  const some = [...new Set([...numbers.slice(-2).reverse(), ...numbers.slice(0, 2)])];
  const isPart = address.replace("{number}", "").includes("{");
  // Of what has no number of its own, the first ones: each kind of it counts from one.
  const guessed = some.slice(0, isPart ? 1 : 4).map((number) => address.replace("{number}", number)).map((it) => it.replace(/\{\w+\}/g, "1"));
  const counted = place < 0 ? ["1", "2", "3"].map((it) => address.replace(/\{\w+\}/g, it)) : [];
  return [...new Set(isPart ? [...met, ...guessed, ...counted] : [...guessed, ...met])];
}

/** A window of somebody, or of nobody. */
export async function windowOf(world, person) {
  if (person) {
    const tab = await enter(world, person);
    await tab.goto("/");
    return tab;
  }
  const context = await world.browser.newContext({ baseURL: world.at, reducedMotion: "reduce", locale: "en-GB" });
  const tab = await context.newPage();
  await tab.goto("/sign-in");
  return tab;
}

/** A table of customers, each a script. */
const table = (at) => `name,town,street\n${[1, 2, 3].map((row) => ["name", "town", "street"].map((column) => `"${trickFor(`${at} ${column} ${row}`).replaceAll('"', '""')}"`).join(",")).join("\n")}\n`;

/** A body that fits a schema: a script in each text that is free, and a sample beside it for when that is refused. */
function body(document, schema, name, at, depth = 0) {
  if (schema?.$ref) return body(document, schema.$ref.slice(2).split("/").reduce((it, part) => it[part.replaceAll("~1", "/")], document), name, at, depth);
  const some = schema?.anyOf ?? schema?.oneOf;
  if (some) return body(document, some.find((each) => each.type !== "null") ?? some[0], name, at, depth);
  if (schema?.const !== undefined) return schema.const;
  if (schema?.enum) return schema.enum[0];
  const type = Array.isArray(schema?.type) ? schema.type[0] : schema?.type;
  if (type === "object" && depth < 6) return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, each]) => [key, body(document, each, key, at, depth + 1)]));
  if (type === "array" && depth < 6) return [body(document, schema.items, name, at, depth + 1)];
  if (type === "string") return schema.format === "date" ? ofKind("date", name) : schema.format === "date-time" ? "2026-03-02T08:30:00Z" : trickFor(`${at} ${name}`);
  if (type === "boolean") return false;
  return type === "integer" || type === "number" ? schema.minimum ?? 1 : null;
}

const isTrick = (value) => typeof value === "string" && value.includes("alert(1)");

/** The names of the texts in a body that hold a script. */
function scriptsIn(value, name = "") {
  if (Array.isArray(value)) return value.flatMap((each) => scriptsIn(each, name));
  if (value && typeof value === "object") return Object.entries(value).flatMap(([key, each]) => scriptsIn(each, key));
  return isTrick(value) ? [name] : [];
}

/** The same body with another value in the fields of a name, or without them. */
const changed = (value, field, to) => {
  if (Array.isArray(value)) return value.map((each) => changed(each, field, to));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field || to !== undefined).map(([name, each]) => [name, name === field ? to : changed(each, field, to)]));
};

/** A sample with a script in each of its texts that is free. */
const scripted = (value, at, name = "") => {
  if (Array.isArray(value)) return value.map((each) => scripted(each, at, name));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, scripted(each, at, key)]));
  return typeof value === "string" && /[ A-Z]/.test(value) && !/[{}\d]/.test(value) && !mayRefuse(name) ? trickFor(`${at} ${name}`) : value;
};

/** Where an error is, as fields are named: `lines[0].wanted_on` is `wanted_on`, `profile_zone` may be `zone`. */
const fieldsOf = ({ field, pointer }) => {
  const last = (field ?? pointer ?? "").split(/[/.]/).filter((it) => it && !/^\d+$/.test(it)).pop()?.replace(/\[\d+\]$/, "") ?? "";
  return last ? [last, last.replace(/\d+$/, ""), last.split("_").pop()] : [];
};

/** Without what may refuse a script, or with something else in its place. */
const tame = (value, instead = () => undefined) => {
  if (Array.isArray(value)) return value.map((each) => tame(each, instead));
  if (!value || typeof value !== "object") return value;
  const isScript = (name, it) => scriptsIn(it, name).includes(name); // and no list of what has some within
  const fields = Object.entries(value).map(([name, it]) => [name, mayRefuse(name) && isScript(name, it) ? instead(name) : tame(it, instead)]);
  return Object.fromEntries(fields.filter(([, it]) => it !== undefined));
};

/** What was taken goes again with each part of the whole that has a script which was not kept yet: first without what may
 * refuse one, then with samples there, as a row of a list needs its key. */
async function oneByOne(book, tab, [method, address, path], taken, { whole, sampleOf }) {
  if (!whole || typeof whole !== "object" || Array.isArray(whole)) return;
  for (const [name, it] of Object.entries(whole)) {
    const bare = tame({ [name]: it }), filled = tame({ [name]: it }, (field) => (field === "key" ? rowKey : sampleOf(field)));
    const left = scriptsIn(bare).filter((script) => !book.kept.has(`${method} ${address} ${nameOf(script)}`));
    if (!left.length) continue;
    for (const part of JSON.stringify(filled) === JSON.stringify(bare) ? [bare] : [bare, filled]) {
      const came = await ask(tab, method, path, { ...taken, ...part });
      if (!told(book, `${method} ${address}`, came)) continue;
      for (const script of scriptsIn(part)) book.kept.add(`${method} ${address} ${nameOf(script)}`);
      break;
    }
  }
}

/** Sends it; with the first refusal what may refuse a script says what it should, then what is named as wrong becomes a
 * sample, then is left out, and it is sent again. What was taken goes again with what else there is to say. */
async function insisted(book, tab, person, [method, address, path], sent, whole = sent) {
  const kind = partsOf(address)[3], tamed = new Set();
  const sampleOf = (field) => {
    const sample = said(book, sentAs(field) ?? "{}", { person, kind });
    return sample.includes("{") ? undefined : sample;
  };
  for (const name of scriptsIn(sent)) { book.fields.add(`${method} ${address} ${nameOf(name)}`); book.tricks.add(trickFor(`${method} ${address} ${name}`)); }
  for (let round = 0; round < 8; round += 1) {
    const came = await ask(tab, method, path, sent);
    if (told(book, `${method} ${address}`, came)) {
      for (const name of scriptsIn(sent)) book.kept.add(`${method} ${address} ${nameOf(name)}`);
      await oneByOne(book, tab, [method, address, path], sent, { whole, sampleOf });
      return came.body;
    }
    if (![400, 422].includes(came.status) && round) return null; // no field of it is why
    const wrong = (came.body.errors ?? came.body.faults ?? []).flatMap(fieldsOf);
    if (!round) wrong.push(...scriptsIn(sent).filter(mayRefuse));
    const before = JSON.stringify(sent);
    for (const field of new Set(wrong)) {
      sent = changed(sent, field, tamed.has(field) ? undefined : sampleOf(field));
      tamed.add(field);
    }
    if (JSON.stringify(sent) === before) return null;
  }
  return null;
}

/** Through every address for programs that takes something and is for them to send to. */
async function byProgram(book, world, who, isTheirs) {
  const person = personOf(world, who), tab = await windowOf(world, person);
  const document = (await ask(tab, "GET", "/api/v1/openapi.json")).body;
  const operations = Object.entries(document.paths).flatMap(([path, ways]) => Object.entries(ways).filter(([way]) => way !== "get").map(([way, it]) => [way.toUpperCase(), path, it]));
  const place = ([, path]) => (late.test(path) ? 10 : 0) + path.split("{").length;
  for (const [method, address, it] of operations.sort((one, other) => place(one) - place(other))) {
    const name = `${method} ${address}`;
    if (isSpared(address.replace("/api/v1", "")) || book.taken.has(name) || !isTheirs(name)) continue;
    const content = it.requestBody?.content ?? {}, schema = content["application/json"]?.schema;
    for (const [turn, path] of (await pathsOf(book, tab, address)).entries()) {
      if (isLocking(book, address, path)) continue;
      const sample = bodyAt(name), kind = partsOf(address)[3];
      const full = schema ? body(document, schema, "", name) : Object.keys(content).length ? (address.endsWith("/imports") ? table(name) : script) : {};
      const file = schema || !Object.keys(content).length ? "" : `?name=${encodeURIComponent(nameFor(name, address.endsWith("/imports") ? "csv" : "html"))}&target=customers`;
      if (file) book.files.add(name);
      // At further records only what is known to fit.
      let came = turn && sample ? null : await insisted(book, tab, person, [method, address, path + file], full);
      if (!came && sample) {
        const wanted = said(book, sample, { person, kind });
        if (!/\{[\w -]+\}/.test(wanted)) {
          const parsed = JSON.parse(wanted), typed = scripted(parsed, name), whole = schema && !Array.isArray(parsed) ? { ...full, ...typed } : typed;
          came = (await insisted(book, tab, person, [method, address, path], typed, whole)) ?? (await insisted(book, tab, person, [method, address, path], parsed, whole));
        }
      }
      if (came?.number) { if (!book.numbers.has(kind)) book.numbers.set(kind, new Set()); book.numbers.get(kind).add(came.number); book.made.add(`/${kind}/${came.number}`); }
      if (came) break;
    }
  }
  await tab.context().close();
}

/** Paths at which a program's address might answer: as pages met them, else with what the record itself names. */
async function pathsOf(book, tab, address) {
  if (address.endsWith("/steps/{step}")) {
    const steps = sentTo.map(({ path }) => path).filter((it) => it.startsWith(address.replace("{step}", "")));
    return [...(book.numbers.get(partsOf(address)[3]) ?? [])].slice(0, most).flatMap((number) => steps.map((it) => it.replace("{number}", number)));
  }
  const met = candidates(book, address.replace("/api/v1", "")).map((path) => `/api/v1${path}`.split("?")[0]), found = [];
  const [list] = address.match(/^.*?(?=\/\{(?!number\})\w+\})/) ?? [];
  const known = list?.includes("{number}") ? [...(book.numbers.get(partsOf(list)[3]) ?? [])] : [];
  const numbers = list === undefined ? [] : list.includes("{number}") ? [...new Set([...known.slice(0, most), ...known.slice(-1)])] : [""];
  for (const number of numbers) {
    const asked = await ask(tab, "GET", list.replace("{number}", number));
    const rows = Array.isArray(asked.body) ? asked.body : Object.values(asked.body ?? {}).find(Array.isArray) ?? [];
    const keys = rows.map((row) => row?.id ?? row?.key ?? row?.number ?? row?.line ?? row?.place ?? row?.no ?? row?.task).filter((it) => it !== undefined);
    found.push([...new Set([...keys.slice(0, most - 1), ...keys.slice(-1)])].map((key) => list.replace("{number}", number) + address.slice(list.length).replace(/\{\w+\}/, encodeURIComponent(key)).replace(/\{\w+\}/g, "1")));
  }
  // First the first part of some records, then what else they have and what the newest has: of one thing all may be over.
  const at = (place) => found.map((all) => all[place]).filter(Boolean);
  const first = [...new Set([...at(0).slice(0, most), ...met])].slice(0, most);
  return [...new Set([...first, ...at(0), ...at(1), ...at(2)])].slice(0, 2 * most);
}

/** Mails in which everything is a script: who writes, about what, the words and the names of what is enclosed. */
async function byMail(book, world) {
  const tab = await windowOf(world, personOf(world, "ada"));
  for (let place = 0; place < 13; place += 1) {
    const [subject, file] = [trickFor(`mail ${place}`).replaceAll(/[\r\n]/g, " "), trickFor(`part ${place}`).replaceAll('"', "'")];
    const html = Array.from({ length: 5 }, (_, at) => trickFor(`mail ${place} ${at}`)).join("\n<hr>\n");
    const text = [`From: "${subject.replaceAll('"', "'")}" <carl.whitfield@meridian-dairies.example>`, "To: ada.lindqvist@kestrel-dosing.example", `Subject: ${subject}`,
      `Message-ID: <hostile-${place}@x.example>`, "Date: Mon, 02 Mar 2026 08:00:00 +0000", "MIME-Version: 1.0",
      "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/html; charset=utf-8", "", html, "--b",
      `Content-Type: text/html; name="${file}.html"`, `Content-Disposition: attachment; filename="${file}.html"`, "", html, "--b--", ""].join("\r\n");
    const came = await post(tab, { to: "/import", isParted: true }, [], [{ field: "files", name: `${place}.eml`, type: "message/rfc822", text }]);
    told(book, "POST /import", came);
  }
  await tab.context().close();
}

/** The form of a page that does what an address for programs does. */
const twinsOf = (address) => {
  const form = address.replace("/api/v1", "").replace("PATCH", "POST").replace(/attachments$/, "files");
  return address.includes("/api/v1") ? [form, `${form}/edit`, `${form}/new`] : [];
};

/** The addresses that nothing was sent to, and those that refused all, by program and by form. */
export function leftOf(book) {
  const wanted = [...new Set(writing.map(ofAnyKind))].filter((it) => !isSpared(it.split(" ")[1].replace("/api/v1", "")));
  const taken = new Set([...book.taken].map(ofAnyKind)), refused = new Map([...book.refused].map(([it, status]) => [ofAnyKind(it), status]));
  const named = (it) => it.match(/^(\S+ \S+) (.+)$/)?.slice(1) ?? [it, ""];
  const kept = new Set([...book.kept].map((it) => { const [address, name] = named(it); return `${ofAnyKind(address)} ${name}`; }));
  const isKept = ([address, name]) => !name || mayRefuse(name) || [address, ...twinsOf(address)].some((it) => kept.has(`${ofAnyKind(it)} ${name}`));
  return {
    wanted,
    unkept: [...new Set([...book.fields].map(named).filter((it) => !isKept(it)).map(([address, name]) => `${ofAnyKind(address)} ${name}`))].filter((it) => !unkept.has(it)).sort(),
    // What is listed and was kept, or is no field any more.
    listed: [...unkept].filter((it) => kept.has(it)),
    unsent: wanted.filter((it) => !taken.has(it) && !refused.has(it)),
    refused: wanted.filter((it) => !taken.has(it) && refused.has(it) && !twinsOf(it).some((twin) => taken.has(twin))),
  };
}

/** Where nobody begins who is not known yet. */
export const atTheDoor = ["/sign-in", "/sign-in/forgotten"];

/** Where whoever signed in begins: at every page that is no page of a record. */
export const starts = ["/", ...pages.filter((it) => !it.includes("{") && !isApart(it) && !/^\/sign-in/.test(it))];

const house = ["ada", "sam", "bob", "ben", "henrik"], outside = ["carl", "eve"];
const enough = 0.6; // of what the one who may most may do with a kind of record
const forbidden = 409;

/** Who has which kind of record to themselves: of those who may open one and do enough with it, whoever has least so far. */
function shares() {
  const kinds = new Map(), share = new Map(), loads = new Map(house.map((who) => [who, 0]));
  for (const it of sentTo) kinds.set(kindOf(it.path), [...(kinds.get(kindOf(it.path)) ?? []), it]);
  for (const [kind, all] of [...kinds].sort(([, one], [, other]) => other.length - one.length)) {
    const may = (who) => all.filter(({ answers }) => answers[who] < 400).length, best = Math.max(...house.map(may));
    const opening = all.filter(({ path, answers }) => !path.includes("{") && house.some((who) => answers[who] !== forbidden));
    const opens = (who) => opening.every(({ answers }) => answers[who] !== forbidden);
    const able = house.filter((who) => may(who) >= enough * best && opens(who));
    const [who] = (able.length ? able : house.filter((it) => may(it) === best)).sort((one, other) => loads.get(one) - loads.get(other));
    share.set(kind, who);
    loads.set(who, loads.get(who) + all.length);
  }
  return share;
}

/** Everything that one person sends, in the program's pages and as a program. */
async function sendAll(book, world, who, isTheirs) {
  await byForms(book, world, who, starts, isTheirs);
  if (who !== "eve") await byProgram(book, world, who, isTheirs);
}

/** All of them at the same time, each with a book of their own: what one sends does not hang on how fast another is. */
async function atOnce(book, people, act) {
  const books = people.map(() => copyOf(book));
  await Promise.all(people.map((who, place) => act(books[place], who)));
  for (const own of books) takeOver(book, own);
}

/** Fills everything, and goes on in a book. */
export async function fill(world, book) {
  Object.assign(book, { at: world.at, people: new Set() });
  const sam = await windowOf(world, personOf(world, "sam"));
  const people = (await ask(sam, "GET", "/api/v1/people?limit=200")).body;
  for (const it of people.items ?? []) {
    const [first] = it.title.toLowerCase().split(" ");
    if (world.people.some(({ address }) => address.startsWith(`${first}.`))) book.people.add(it.number);
    if (first === "ada") book.ada = it.number;
  }
  holds(book.people.size >= world.people.length && book.ada, "whoever walks here is not among the people");
  await sam.context().close();
  const timed = async (what, doing) => {
    const begun = Date.now();
    await doing();
    book.times[what] = Math.round((Date.now() - begun) / 1000);
  };
  await timed("nobody", () => byForms(book, world, null, atTheDoor, () => true));
  await timed("mails", () => byMail(book, world));
  // First each has kinds to themselves, so that nobody takes away what another needs, and what closes a record comes when
  // all else was sent. Then everybody tries what they may, and what nobody got through to.
  const share = shares(), pathIn = (name) => name.split(" ")[1], isTheirs = (who) => (name) => share.get(kindOf(pathIn(name))) === who;
  await timed("each their own", () => atOnce(book, house, (own, who) => sendAll(own, world, who, (name) => isTheirs(who)(name) && !late.test(pathIn(name)))));
  await timed("what closes", () => atOnce(book, house, (own, who) => sendAll(own, world, who, isTheirs(who))));
  const { unsent, refused: closed } = leftOf(book), left = new Set([...unsent, ...closed]);
  const may = new Map(sentTo.map(({ method, path, answers }) => [`${method} ${path}`, answers]));
  await timed("what is left", () => atOnce(book, [...house, ...outside], (own, who) => sendAll(own, world, who, (name) => may.get(name)?.[who] < 400 || left.has(ofAnyKind(name)))));
  return book;
}
