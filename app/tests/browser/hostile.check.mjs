// Scripts in every text and every file name, brought in by programs, forms, files and mails: nothing of it runs.
// Which share of the pages is walked, and which trick stands in which field, is drawn by the commit: each is tried by
// some commit, and a failure comes back. `HOSTILE_SEED` draws another share.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { enter, holds, personOf, sideways, violations, wrongsOf } from "./world.mjs";

const most = Number(process.env.HOSTILE_PAGES ?? 60); // pages a person
const mostForms = Number(process.env.HOSTILE_FORMS ?? 25);
const alike = 2;
const seed = process.env.HOSTILE_SEED ?? execFileSync("git", ["rev-parse", "HEAD"], { cwd: new URL(".", import.meta.url), encoding: "utf8" }).trim();
const phone = { width: 360, height: 800 }, desk = { width: 1280, height: 860 };

/** Each tries to run `alert` in another way: as an element, out of an attribute, as an address, as Markdown, as an entity. */
const tricks = [
  "<script>alert(1)</script>", "\"><script>alert(1)</script>", "'><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
  "<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "</title><script>alert(1)</script>", "</textarea><img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>", "<body onload=alert(1)>", "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
  "<iframe src=javascript:alert(1)>", "<details open ontoggle=alert(1)>x</details>", "<input autofocus onfocus=alert(1)>",
  "<a href=javascript:alert(1) id=x>x</a>", "[x](javascript:alert(1))", "![x](x\"onerror=alert(1))", "<math><mtext><script>alert(1)</script>",
  "<x onclick=alert(1) onfocus=alert(1) tabindex=1 autofocus>x", "\" autofocus onfocus=alert(1) x=\"", "' onmouseover=alert(1) '",
  "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;",
  "\u003cscript\u003ealert(1)\u003c/script\u003e", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<!--><img src=x onerror=alert(1)-->",
  "<style>@import 'javascript:alert(1)';</style>", "<link rel=stylesheet href=data:text/css,*{color:red}>", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
  "<base href=javascript:alert(1)//>", "<object data=javascript:alert(1)>", "<embed src=javascript:alert(1)>", "<form action=javascript:alert(1)><button>x</button>",
  "<button formaction=javascript:alert(1) autofocus>x", "<video><source onerror=alert(1)>", "<audio src=x onerror=alert(1)>", "<marquee onstart=alert(1)>x</marquee>",
  "<svg><a xlink:href=javascript:alert(1)><text x=20 y=20>x</text></a></svg>", "<svg><set attributeName=href to=javascript:alert(1)></svg>", "<template><script>alert(1)</script></template>",
  "{{constructor.constructor('alert(1)')()}}", "${alert(1)}", "#{alert(1)}", "<%= alert(1) %>", "];alert(1);//", "';alert(1);//", "\";alert(1);//", "`${alert(1)}`",
  "<scr<script>ipt>alert(1)</scr</script>ipt>", "<ScRiPt>alert(1)</sCrIpT>", "<img src=\"x\" onerror=\"&#97;lert(1)\">", "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
  "<svg><style><img src=x onerror=alert(1)></style></svg>", "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">", "<<script>alert(1)//<</script>",
  "<p style=\"background:url(javascript:alert(1))\">x</p>", "<div style=width:expression(alert(1))>", "<img src=x:x onerror=alert(1)//", "<table background=javascript:alert(1)>",
  "\u2028<script>alert(1)</script>", "<script\u00a0>alert(1)</script>", "<img/src=x/onerror=alert(1)>", "<isindex type=image src=1 onerror=alert(1)>",
];

/** A number that the commit draws for some words, the same in each run. */
const drawn = (words) => createHash("sha256").update(`${seed} ${words}`).digest().readUInt32BE();

/** Tricks for the fields of one request or form, whatever was sent before it. */
function tricksFor(words) {
  let place = drawn(words);
  return () => tricks[place++ % tricks.length];
}

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

const window_ = async (world, who, theme = {}) => {
  const tab = guarded(await enter(world, personOf(world, who), theme));
  await tab.goto("/");
  return tab;
};

/** Sends a program's request from within the page; whoever asks too fast waits and asks again. */
const send = (tab, method, path, body) => tab.evaluate(async ([method, path, body]) => {
  for (;;) {
    const answer = await fetch(path, { method, headers: { "content-type": "application/json", "if-match": "*" }, body: JSON.stringify(body) });
    const wait = answer.status === 429 ? Number(answer.headers.get("retry-after")) : 0;
    if (!wait || wait > 60) return { status: answer.status, body: await answer.json().catch(() => ({})) };
    await new Promise((go) => setTimeout(go, wait * 1000));
  }
}, [method, path, body]);

/** A body that fits a schema, with a trick in each text that is free. */
function body(document, schema, trick, depth = 0) {
  if (schema?.$ref) return body(document, schema.$ref.slice(2).split("/").reduce((at, part) => at[part.replaceAll("~1", "/")], document), trick, depth);
  const some = schema?.anyOf ?? schema?.oneOf;
  if (some) return body(document, some.find((each) => each.type !== "null") ?? some[0], trick, depth);
  if (schema?.const !== undefined) return schema.const;
  if (schema?.enum) return schema.enum[0];
  const type = Array.isArray(schema?.type) ? schema.type[0] : schema?.type;
  if (type === "object" && depth < 6) return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, each]) => [name, body(document, each, trick, depth + 1)]));
  if (type === "array" && depth < 6) return [body(document, schema.items, trick, depth + 1)];
  if (type === "string") return schema.format ? null : trick();
  if (type === "boolean") return false;
  return type === "integer" || type === "number" ? 1 : null;
}

const without = (value, field) => {
  if (Array.isArray(value)) return value.map((each) => without(each, field));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field).map(([name, each]) => [name, without(each, field)]));
};

/** Sends it; what is named as wrong is left out, and it is sent again. */
async function insisted(tab, method, path, sent) {
  for (let round = 0; round < 8; round += 1) {
    const came = await send(tab, method, path, sent);
    holds(came.status < 500, `${method} ${path} answers ${came.status}`);
    if (came.status < 300) return came.body;
    const wrong = (came.body.errors ?? came.body.faults ?? []).map((each) => (each.field ?? each.pointer ?? "").split(/[/.]/).filter(Boolean).pop()).filter(Boolean);
    if (came.status !== 422 || !wrong.length) return null;
    const before = JSON.stringify(sent);
    for (const field of wrong) sent = without(sent, field);
    if (JSON.stringify(sent) === before) return null;
  }
  return null;
}

/** Through every address for programs that makes or changes something. */
async function byProgram(world, who, made) {
  const tab = await window_(world, who);
  const document = await tab.evaluate(async () => (await fetch("/api/v1/openapi.json")).json());
  const operations = Object.entries(document.paths).flatMap(([path, ways]) => Object.entries(ways).filter(([way]) => way !== "get").map(([way, it]) => [way.toUpperCase(), path, it]));
  const order = operations.sort(([, one], [, other]) => one.split("{").length - other.split("{").length);
  for (const [method, path, it] of order) {
    if (/merge|leave|password|\/link|factor|remove|undo|sessions|end$|give-up|steps|change-many|read$/.test(path)) continue;
    const kind = path.split("/")[3];
    const numbers = path.includes("{number}") ? (made.get(kind) ?? []).slice(-1) : [""];
    for (const number of numbers) {
      const address = path.replace("{number}", number);
      if (address.includes("{")) continue;
      const schema = it.requestBody?.content?.["application/json"]?.schema;
      const came = schema && (await insisted(tab, method, address, body(document, schema, tricksFor(`${method} ${path}`))));
      if (came) made.count = (made.count ?? 0) + 1;
      if (came?.number) made.set(kind, [...(made.get(kind) ?? []), came.number]);
    }
  }
  await tab.context().close();
}

/** Through files with such names, and mails in which everything is such. */
async function byFile(world, made) {
  const tab = await window_(world, "ada");
  const numbers = (made.get("requirement-sets") ?? []).slice(-1);
  for (const number of numbers) {
    const status = await tab.evaluate(async ([number, names]) => {
      const form = new FormData();
      for (const name of names) form.append("files", new File(["<script>alert(1)</script>"], name, { type: "text/html" }));
      return (await fetch(`/requirement-sets/${number}/files`, { method: "POST", body: form })).status;
    }, [number, tricks.slice(0, 40).map((each, place) => `${each}${[".html", ".svg", ".txt", ".pdf", ".png"][place % 5]}`)]);
    holds(status < 400, `files answer ${status}`);
  }
  const mail = (place, subject, html) => [
    `From: "${subject.replaceAll('"', "'")}" <carl.whitfield@meridian-dairies.example>`, "To: ada.lindqvist@kestrel-dosing.example", `Subject: ${subject}`,
    `Message-ID: <hostile-${place}@x.example>`, "Date: Mon, 02 Mar 2026 08:00:00 +0000", "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/html; charset=utf-8", "", html, "--b",
    `Content-Type: text/html; name="${subject.replaceAll('"', "'")}.html"`, `Content-Disposition: attachment; filename="${subject.replaceAll('"', "'")}.html"`, "", html, "--b--", ""].join("\r\n");
  for (let place = 0; place < 8; place += 1) {
    const html = tricks.slice(place * 8, place * 8 + 8).join("\n<hr>\n");
    const status = await tab.evaluate(async ([name, text]) => {
      const form = new FormData();
      form.append("files", new File([text], name, { type: "message/rfc822" }));
      return (await fetch("/import", { method: "POST", body: form })).status;
    }, [`${place}.eml`, mail(place, tricks[place], html)]);
    holds(status < 500, `the mail answers ${status}`);
  }
  await tab.context().close();
}

/** Fills every form of a page with tricks and sends it as a person would. */
async function fillForms(tab, address, done) {
  const count = await tab.locator("main form[method=post]").count();
  for (let place = 0; place < count && done.size < mostForms; place += 1) {
    const form = tab.locator("main form[method=post]").nth(place);
    if (!(await form.count())) break; // what was sent took a form away
    const action = ((await form.getAttribute("action")) ?? address).replace(/[A-Z]+-[\d-]+|\d+/g, "*");
    if (done.has(action) || /password|sign-out|factor|leave|merge|theme|language|end$|remove$|sessions/.test(action)) continue;
    done.add(action);
    const words = Array.from({ length: 30 }, tricksFor(action));
    const shown = tab.waitForEvent("load", { timeout: 5000 }).catch(() => {}); // a file that is sent shows nothing
    await form.evaluate((it, words) => {
      it.noValidate = true;
      for (const field of it.querySelectorAll("input:not([type]), input[type=text], input[type=search], input[type=email], input[type=tel], input[type=url], textarea")) {
        if (field.name && field.name !== "once") field.value = words.shift() ?? "x";
      }
      HTMLFormElement.prototype.submit.call(it);
    }, words);
    await shown;
    await tab.waitForTimeout(60);
    await tab.goto(address).catch(() => {});
  }
}

const shapeOf = (path) => path.split("?")[0].split("/").map((part) => (/\d/.test(part) || part.length > 30 ? "*" : part)).join("/");

/**
 * The addresses that wait: first those that it starts with, then always one of the shape that was seen least, as the
 * commit draws it, and of that shape a record that was made here. So a link more or less moves no other page.
 */
function queueOf(starts, made) {
  const first = [...starts], known = new Set(first), waiting = [], seen = new Map();
  const isMade = (path) => made.some((number) => path.includes(number));
  const rank = ({ shape, path }) => [seen.get(shape) ?? 0, drawn(shape), isMade(path) ? 0 : 1, drawn(path)];
  const before = (one, other) => {
    const place = one.findIndex((each, at) => each !== other[at]);
    return place >= 0 && one[place] < other[place];
  };
  const taken = (path) => { seen.set(shapeOf(path), (seen.get(shapeOf(path)) ?? 0) + 1); return path; };
  return {
    add(path) {
      if (known.has(path)) return;
      known.add(path);
      waiting.push({ path, shape: shapeOf(path) });
    },
    take() {
      if (first.length) return taken(first.shift());
      const open = waiting.filter(({ shape }) => (seen.get(shape) ?? 0) < alike);
      const [next] = open.map((each) => ({ each, rank: rank(each) })).reduce(([best], it) => [!best || before(it.rank, best.rank) ? it : best], []);
      if (!next) return undefined;
      waiting.splice(waiting.indexOf(next.each), 1);
      return taken(next.each.path);
    },
  };
}

/** How bright the ground of a page is: 0 is black, 255 white. */
const brightness = (tab) => tab.evaluate(() => {
  const grounds = [document.body, document.documentElement].map((each) => getComputedStyle(each).backgroundColor);
  const paper = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  paper.fillStyle = grounds.find((each) => each !== "transparent" && each !== "rgba(0, 0, 0, 0)") ?? "white";
  paper.fillRect(0, 0, 1, 1);
  return Math.max(...paper.getImageData(0, 0, 1, 1).data.slice(0, 3));
});

/** Goes where links lead; tells how many pages showed a trick as words, and which it went to. */
async function walk(world, who, { starts, made, withForms = false, dark = false }) {
  const tab = await window_(world, who, { dark });
  const queue = queueOf([...starts, "/"], made), done = new Set(), went = [];
  let shown = 0;
  for (let address = queue.take(); address !== undefined && went.length < most; address = queue.take()) {
    went.push(address);
    const answer = await tab.goto(address).catch(() => null);
    if (!answer || !/text\/html/.test(answer.headers()["content-type"] ?? "")) continue;
    holds(answer.status() < 500, `${address} answers ${answer.status()}`);
    await tab.waitForTimeout(30);
    const links = await tab.evaluate(() => [...document.querySelectorAll("a[href]:not([download])")].map((each) => each.href));
    const isShown = await tab.evaluate(() => document.documentElement.outerHTML.includes("alert(1)"));
    shown += isShown ? 1 : 0;
    const bad = links.filter((each) => /^(javascript|data|vbscript):/i.test(each));
    holds(!bad.length, `${address} leads to ${bad[0]}`);
    if (dark && address === "/") holds((await brightness(tab)) < 100, "the dark page is not dark");
    if (dark && isShown) {
      const ran = tab.ran.length;
      const pale = (await violations(tab)).filter((it) => it.startsWith("color-contrast"));
      tab.ran.length = ran; // what the policy says to the styles that axe tries is no fault of the page
      holds(!pale.length, `${who} at ${address} in the dark: ${pale.join(", ")}`);
    }
    if (withForms) await fillForms(tab, address, done);
    await tab.setViewportSize(phone);
    const wide = isShown ? (await sideways(tab)).filter((it) => it.startsWith("the page")) : [];
    await tab.setViewportSize(desk);
    holds(!wide.length, `${who} at ${address} on a phone: ${wide.join(", ")}`);
    holds(!tab.ran.length, `${who} at ${address}:\n${tab.ran.join("\n")}`);
    for (const link of links) {
      const url = new URL(link);
      if (url.origin === world.at && !/^\/api\/|sign-out/.test(url.pathname + url.search)) queue.add(url.pathname + url.search);
    }
  }
  wrongsOf(tab);
  await tab.context().close();
  return { went, shown, forms: done.size };
}

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
    const made = new Map();
    for (const who of ["sam", "ada"]) await byProgram(world, who, made);
    holds((made.count ?? 0) > 15, `programs got only ${made.count} through`);
    await byFile(world, made);
    const starts = [...made].flatMap(([kind, numbers]) => numbers.slice(-1).map((number) => `/${kind}/${number}`));
    const walks = [["ada", { withForms: true }], ["sam", { withForms: true }], ["carl", {}], ["eve", {}], ["ada", { dark: true }]];
    let shown = 0, forms = 0;
    const went = [];
    for (const [who, how] of walks) {
      const told = await walk(world, who, { starts, made: [...made.values()].flat(), ...how });
      shown += told.shown, forms += told.forms, went.push(...told.went);
    }
    const share = createHash("sha256").update(went.join("\n")).digest("hex").slice(0, 12);
    console.log(`        ${made.count} requests of programs, ${forms} forms, ${went.length} pages, of which ${shown} show a script as words; seed ${seed.slice(0, 12)} drew the share ${share}`);
    holds(shown > 20 && forms > 10, `only ${shown} pages show what was written, only ${forms} forms were sent`);
  },
};
