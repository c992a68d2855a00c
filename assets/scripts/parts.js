// What the scripts of the pages share: sentences, asking the server, parts of a page, times, drafts.

const sentences = JSON.parse(document.getElementById("script-words")?.textContent || "{}");
const language = document.documentElement.lang || "en";
const plural = new Intl.PluralRules(language);

/** The sentence of `key` in the person's language; `{name}` is filled in, plural forms follow `count`. */
export function word(key, named = {}) {
  const found = sentences[key] ?? key;
  const sentence = typeof found === "string" ? found : (found[plural.select(named.count)] ?? found.other);
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => named[name] ?? whole);
}

/** An element with attributes (`false` and `undefined` leave one out) and children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A button that says what it does; `key` names the key that does the same. */
export function button(label, { act, key, kind = "button small", type = "button", name, does } = {}) {
  const made = make("button", { class: kind, type, "data-act": act, name }, label);
  if (key) made.append(" ", make("kbd", {}, key));
  if (does) made.addEventListener("click", does);
  return made;
}

const symbols = new URL("symbols.svg", import.meta.url).pathname;

/** A drawing out of the page's symbols, hidden from screen readers: the words beside it say the same. */
export function symbol(name, kind) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  if (kind) drawing.setAttribute("class", kind);
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${symbols}#${name}`);
  drawing.append(use);
  return drawing;
}

/** One sentence of what is wrong, as it stands at a field. */
export const fault = (sentence) => make("p", { class: "fault" }, symbol("s-no"), make("span", {}, sentence));

// Both places are in the page before anything is said, or screen readers stay silent.
const places = { status: make("div", { class: "toasts", role: "status" }), alert: make("div", { class: "toasts", role: "alert" }) };
document.body.append(places.status, places.alert);

/** Says what just happened, for eight seconds or as long as it is looked at. */
export function toast(sentence, { bad = false, act, does } = {}) {
  const said = make("div", { class: bad ? "toast bad" : "toast" }, bad ? symbol("s-no", "icon") : null, sentence);
  const leave = () => (said.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : said.remove());
  let from = null; // where the focus was before it came here, and goes back to
  said.addEventListener("focusin", (event) => { from ??= event.relatedTarget; });
  if (act) said.append(button(act, { does: () => { said.remove(); from?.focus(); does(); } }));
  const place = bad ? places.alert : places.status;
  while (place.children.length > 2) place.firstChild.remove();
  place.append(said);
  setTimeout(leave, bad ? 16_000 : 8_000);
  return said;
}

/**
 * Asks the server; never throws. `status` is 0 when it could not be reached. `body` is JSON where the
 * answer is JSON (also a problem of RFC 9457), else text.
 */
export async function ask(method, address, { json, text, version, once, keepalive } = {}) {
  const headers = { Accept: "application/json, text/plain;q=0.5" };
  if (json !== undefined) headers["Content-Type"] = "application/json";
  if (text !== undefined) headers["Content-Type"] = "text/plain; charset=utf-8";
  if (version !== undefined) headers["If-Match"] = `"${version}"`;
  if (once) headers["Idempotency-Key"] = once;
  try {
    const body = json === undefined ? text : JSON.stringify(json);
    const answer = await fetch(address, { method, headers, body, keepalive, credentials: "same-origin" });
    if (answer.redirected) return { status: 401, body: "", headers: answer.headers }; // to the sign-in page
    const written = await answer.text();
    const isJson = /\bjson\b/.test(answer.headers.get("Content-Type") ?? "");
    return { status: answer.status, body: isJson && written ? JSON.parse(written) : written, headers: answer.headers };
  } catch {
    return { status: 0, body: "", headers: new Headers() };
  }
}

/** Whether asking again later may help: no connection, or the server is busy. */
export const isAway = ({ status }) => [0, 429, 502, 503, 504].includes(status);

/** The sentences of a refused answer, those of the named field first. */
export function reasons({ status, body }, field) {
  if (status === 401) return [word("signed-out")];
  if (status === 0) return [word("no-connection")];
  const errors = (body?.errors ?? []).filter((error) => !field || !error.field || error.field === field);
  if (errors.length) return errors.map((error) => error.detail);
  return [body?.detail ?? body?.title ?? word("not-saved")];
}

/** A key under which a repeated request counts once. */
export const onceKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const zone = document.documentElement.dataset.zone;
/** A time of today as people read it on a clock. */
export const clock = (time = Date.now()) => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(time);

/** A number as people write it; anything else stays as it is. */
export function decimal(written) {
  if (!/^-?\d+(\.\d+)?$/.test(written)) return written;
  const digits = written.split(".")[1]?.length ?? 0;
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(written);
}

/** How long ago, as people say it. */
export function ago(time) {
  const minutes = Math.round((time - Date.now()) / 60_000);
  const say = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (minutes > -60) return say.format(minutes, "minute");
  return minutes > -60 * 24 ? say.format(Math.round(minutes / 60), "hour") : say.format(Math.round(minutes / 60 / 24), "day");
}

/** Runs `does` at most once in `pause` milliseconds, and always once after the last call. */
export function seldom(pause, does) {
  let waiting = 0;
  const now = () => { clearTimeout(waiting); waiting = 0; return does(); };
  const soon = () => { waiting ||= setTimeout(now, pause); };
  return Object.assign(soon, { now, forget: () => { clearTimeout(waiting); waiting = 0; }, isWaiting: () => waiting !== 0 });
}

const draftAddress = (key) => `/drafts/${encodeURIComponent(key)}`;
export const keepDraft = (key, kept, keepalive) => ask("PUT", draftAddress(key), { ...kept, keepalive });
export const throwDraft = (key) => ask("DELETE", draftAddress(key), { keepalive: true });

/** The draft kept under `key` with the time it was kept, or null. */
export async function findDraft(key) {
  const { status, body, headers } = await ask("GET", draftAddress(key));
  if (status !== 200) return null;
  return { body, at: Date.parse(headers.get("Last-Modified") ?? "") };
}

/** The sentence that offers a draft. */
export const offerOf = ({ at }) => (Number.isNaN(at) ? word("draft-found") : word("draft-found-at", { ago: ago(at) }));

/** Text cut at a word so that it can be a title. */
export function titleOf(text) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 72 ? line : `${line.slice(0, 72).replace(/\s+\S*$/, "")}…`;
}

/** Whether the person lets single letters be commands. */
export const hasLetters = () => document.body.dataset.keys !== "off";

/** Whether a key press belongs to what somebody types. */
export const isTyping = (node) => node.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
