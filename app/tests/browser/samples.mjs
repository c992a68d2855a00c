// What is written where no script fits: the words with which the matrix of rights gets past every form.
import { readFileSync } from "node:fs";

const text = readFileSync(new URL("../access/samples.rs", import.meta.url), "utf8");
const words = Object.fromEntries([...text.matchAll(/^const (\w+): &str = "(.*)";/gm)].map(([, name, it]) => [name, it]));
const table = (name) => text.match(new RegExp(`const ${name}: [^=]*= &\\[\\n([\\s\\S]*?)\\n\\];`))[1];
const plain = (it) => (it in words ? words[it] : JSON.parse(it));
const pairs = (it) => Object.fromEntries([...it.matchAll(/\(\s*("[^"]*"),\s*("(?:[^"\\]|\\.)*"|[A-Z]+),?\s*\)/g)].map(([, name, word]) => [JSON.parse(name), plain(word)]));

const byName = { ...pairs(table("BY_NAME")), label: "B" };

/** By the name of a field, the record that programs name there. */
export const recordsBy = pairs(table("NUMBERS"));
const past = [...text.match(/const PAST:[^=]*= &\[(.*)\]/)[1].matchAll(/"(\w+)"/g)].map(([, name]) => name);
const forms = [...table("FORMS").matchAll(/\(\s*"((?:POST|PUT|PATCH) [^"]*)",\s*&\[([\s\S]*?)\],?\s*\),\n/g)].map(([, at, fields]) => [at, pairs(fields)]);
const bodies = [...table("BODIES").matchAll(/\(\s*"((?:POST|PUT|PATCH) [^"]*)",\s*r(#+)"([\s\S]*?)"\2,?\s*\)/g)].map(([, at, , body]) => [at, body]);

// What the house of this check takes and that of the matrix does not, or what is said there beside it.
const here = [
  ["POST /api/v1/said/*", `{"words": "Softer rings, please.", "said_by": "Carl Whitfield"}`],
  ["POST /api/v1/catalogue/*/effective", `{"revision": 1, "from": "2026-04-02", "reason": "They asked for it."}`],
  ["POST /api/v1/orders/*/deliveries", `[{"line": 10, "quantity": "1", "words": "By our own van"}]`],
  ["POST /api/v1/orders/import", `{"orders": [{"external_id": "The first", "customer": "{customers}", "title": "Two skids",
    "lines": [{"no": 10, "article": "A skid", "words": "With a ring", "quantity": "2", "unit": "Skids", "price": "100.00"}]}]}`],
];

const fits = (meant, address) => {
  const [ours, theirs] = [meant.split("/"), address.split("/")];
  return ours.length === theirs.length && ours.every((part, place) => part === "*" || part === theirs[place]);
};
const owner = (name) => name.split("-")[0];

/** What is ticked although no page ticks it: whatever is marked for a deed. */
export const ticked = ["marked", "origin", "sure", "said"];

/** A word for a field of a form. */
export const wordOf = (name) => byName[owner(name)];

/** A word for a field that programs send. */
export const sentAs = (name) => recordsBy[name] ?? byName[name];

/** A word for a field of which only the kind is known. */
export const ofKind = (kind, name = "") => ({
  date: past.includes(owner(name)) ? "2026-03-02" : words.DAY, "datetime-local": "2026-04-01T09:30", time: "09:30", number: "1",
  email: "nobody.yet@meridian-dairies.example", url: "https://meridian-dairies.example/", tel: "+44 1609 555 0100", password: "{password}",
}[kind] ?? words.WORDS);

/** The fields of a form that a script sends, or that no page shows. */
export const fieldsAt = (address) => forms.find(([at]) => fits(at, address))?.[1] ?? {};

/** What a program sends to an address, where its description does not say enough. As words of JSON. */
export const bodyAt = (address) => [...here, ...bodies].find(([at]) => fits(at, address))?.[1];
