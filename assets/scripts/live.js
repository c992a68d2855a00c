// What colleagues do meanwhile: counts follow, what stands beside a record is replaced in place where nothing is
// being typed, and of what changed in the record itself a quiet line says so. Only a window that is looked at
// listens. Without this script the page is as it was when it was opened.
const address = document.body.dataset.live;
const record = address && new URL(address, location.href).searchParams.get("record");
const number = new Intl.NumberFormat(document.documentElement.lang || "en");
let source, last, leaving, reading, about = 0;

function open() {
  clearTimeout(leaving);
  if (source && source.readyState !== EventSource.CLOSED) return;
  const to = new URL(address, location.href);
  if (last) to.searchParams.set("since", last);
  source = new EventSource(to);
  const on = (name, does) => source.addEventListener(name, (event) => {
    if (event.lastEventId) last = event.lastEventId;
    does(JSON.parse(event.data));
  });
  on("counts", counts);
  on("changed", changed);
  on("here", here);
  on("over", over);
}

const close = () => { source?.close(); };

/** A hidden window stops listening, so that many windows do not use up the browser's connections. */
function seen() {
  if (document.hidden) leaving = setTimeout(close, 5000);
  else { open(); hear(); }
}

function counts(told) {
  for (const place of document.querySelectorAll("[data-count]")) {
    const count = told[place.dataset.count];
    if (count === undefined) continue;
    const link = place.closest("a");
    place.replaceChildren(...(count ? [" ", shown(count, told.waits)] : []));
    if (link?.dataset.label) link.ariaLabel = count ? `${link.dataset.label} ${number.format(count)}` : link.dataset.label;
  }
  about = told.about;
  hear();
}

function shown(count, waits) {
  const sign = Object.assign(document.createElement("span"), { className: "count now", textContent: number.format(count) });
  sign.append(Object.assign(document.createElement("span"), { className: "unseen", textContent: ` ${waits}` }));
  return sign;
}

/** Whoever looks at a record for a moment has read what they were told about it. */
function hear() {
  if (!about || !record || document.hidden || reading) return;
  reading = setTimeout(async () => {
    reading = undefined;
    if (document.hidden) return;
    about = 0;
    const answer = await fetch("/api/v1/me/notices/read", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ record }),
    }).catch(() => null);
    if (answer?.ok) counts({ notices: (await answer.json()).unread, about: 0 });
  }, 1500);
}

let waiting;
function changed(told) {
  if (record) {
    clearTimeout(waiting);
    // Many may look at once; they do not all ask in the same moment.
    waiting = setTimeout(refresh, 100 + Math.random() * 300);
  }
  if (told.is_own || (record && told.is_beside)) return;
  say(told.words, told.show, () => location.reload());
}

function over(told) {
  close();
  source = undefined;
  document.removeEventListener("visibilitychange", seen);
  say(told.words, told.show, () => location.reload());
}

/** One quiet line above the page; what is said later takes its place. */
function say(words, show, does) {
  let line = document.querySelector(".news");
  if (!line) {
    line = Object.assign(document.createElement("div"), { className: "news" });
    line.role = "status";
    document.getElementById("main").prepend(line);
  }
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: show });
  button.addEventListener("click", does);
  line.replaceChildren(Object.assign(document.createElement("span"), { textContent: words }), button);
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const now = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (now && !isInUse(part)) put(part, now);
  }
}

/** Somebody types there, has opened something, or is on a button. */
function isInUse(part) {
  if (part.contains(document.activeElement)) return true;
  const typed = (field) => field.type !== "hidden" && field.value !== field.defaultValue && field.localName !== "select";
  return [...part.querySelectorAll("input, textarea")].some(typed) || Boolean(part.querySelector("details[open]:not(.deed)"));
}

/** Puts new lines into a list and leaves those alone that say the same, so that what is open stays open. */
function put(part, now) {
  const [before, after] = [part.querySelector(":scope > ol"), now.querySelector(":scope > ol")];
  if (!before || !after || part.children.length !== now.children.length) {
    if (part.innerHTML !== now.innerHTML) part.replaceChildren(...now.childNodes);
    return;
  }
  const plain = (node) => node.outerHTML.replaceAll(/ open(="")?/g, "");
  const lines = [...after.children];
  lines.forEach((line, place) => {
    const old = before.children[place];
    if (!old) before.append(line);
    else if (plain(old) !== plain(line)) old.replaceWith(line);
  });
  while (before.children.length > lines.length) before.lastElementChild.remove();
}

function here({ people }) {
  const place = document.querySelector("[data-here]");
  if (!place) return;
  place.hidden = !people.length;
  place.replaceChildren(...people.map(({ name, does, writes }) => {
    const person = Object.assign(document.createElement("span"), { className: writes ? "person writes" : "person" });
    const initials = name.split(/\s+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase();
    const sign = Object.assign(document.createElement("i"), { textContent: initials });
    sign.ariaHidden = "true";
    person.append(sign, `${name} ${does}`);
    return person;
  }));
}

let told = 0;
function writes(event) {
  const isText = event.target.matches("textarea, input:not([type=checkbox], [type=radio], [type=search], [type=file])");
  if (!isText || !event.target.closest("main") || Date.now() - told < 20_000) return;
  told = Date.now();
  fetch("/live/writing", { method: "POST", body: new URLSearchParams({ record }) }).catch(() => {});
}

if (address) {
  document.addEventListener("visibilitychange", seen);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) seen(); });
  if (record) document.addEventListener("input", writes);
  if (!document.hidden) open();
}
