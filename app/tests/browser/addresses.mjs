// The addresses of the program, as the matrix of rights names them, and which of them answers at a path.
import { readFileSync } from "node:fs";

const all = readFileSync(new URL("../access.txt", import.meta.url), "utf8").split("\n")
  .map((line) => line.match(/^([A-Z]+) (\/\S*) (.*)/)).filter(Boolean)
  .map(([, method, path, rest]) => ({ method, path, answers: Object.fromEntries([...rest.matchAll(/(\w+) (\d{3})/g)].map(([, who, status]) => [who, Number(status)])) }));

/** The addresses that something is read at. */
export const readable = all.filter(({ method }) => method === "GET").map(({ path }) => path);

/** Those of them that show people something. */
export const pages = readable.filter((path) => !path.startsWith("/api/"));

/** The addresses that something is sent to: method, path, and what each person is answered there. */
export const sentTo = all.filter(({ method }) => method !== "GET");

export const partsOf = (path) => path.split("/");

/** What an address belongs to: the kind of record, or the place of the house. */
export const kindOf = (path) => { const [, first, second] = partsOf(path.replace("/api/v1/", "/")); return first === "lists" ? second : first; };
const answers = (address, path) => {
  const [ours, theirs] = [partsOf(address), partsOf(path)];
  return ours.length === theirs.length && ours.every((part, place) => (part.startsWith("{") ? theirs[place] !== "" : part === theirs[place]));
};

export const gapsOf = (address) => address.split("{").length - 1;

/** Of some addresses the one that answers at a path: of those that could, the one with the fewest gaps. */
export const answering = (some, path) => some.filter((it) => answers(it, path)).sort((one, other) => gapsOf(one) - gapsOf(other))[0];

/** The address of the page at a path. */
export const addressOf = (path) => answering(pages, path) ?? path;

/** What no page of the demo leads to, or what is no page: why nobody looks at it here. */
export const apart = [
  [/\.(csv|xlsx|json|md|pdf|tlog-proof)$|^\/files\/|\/(raw|head|logo)$|\/parts\/|\/files\/\{digest\}$|^\/assets\/|^\/favicon/, "a file"],
  [/^\/messages\/\{id\}\/html$/, "a mail as its writer made it, in a frame of its own"],
  [/^\/(live|mentions|drafts\/\{place\}|calls\/card|calls\/people|search\/suggestions|changes\/\{number\}\/found)$/, "for a script, which puts it into a page"],
  [/^\/(healthz|readyz)$/, "for whoever watches the program"],
  [/^\/setup/, "only before there is a company: behind.mjs sets one up"],
  [/^\/sign-in\/(code|factor)$/, "between the password and the second factor"],
  [/\{secret\}/, "behind the link of a letter: strangers.mjs has each kind sent, and they are looked at by themselves"],
  [/^\/verify\/\{code\}$/, "behind the code of a paper: looked at by itself in every.check.mjs"],
  [/\/bulk\/\{batch\}$/, "after many were changed at once: list.check.mjs"],
  [/^\/passages\/new$/, "with the words that somebody marked: capture.check.mjs begins there"],
  [/^\/import\/\{digest\}/, "while a mail waits that could not be filed"],
  [/\/(affected\/\{line\}\/go-on|confirm|commit)$|\/bulk\/edit$/, "while a change ends something on a day to come, lies with its customer, or a function has to sign: app/tests/stories"],
  [/^\/me\/factor$|^\/people\/\{number\}\/(merge|return)$/, "after the password was said again; for people who are there twice or left: app/tests/stories"],
];
/** Whether an address answers with a file. */
export const isFile = (address) => apart[0][0].test(address);
export const isApart = (address) => apart.some(([pattern]) => pattern.test(address));
