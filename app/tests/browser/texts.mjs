// Which fields keep words as they are written, and which may refuse a script.
import { readFileSync } from "node:fs";

/** The same name for each of many: `remark-REQ-0017` says only whose it is, `line3` only in which row. */
export const nameOf = (name) => name.replace(/-(?:[A-Z]+-)?\d.*$/, "-*").replace(/\d+$/, "#");

/** Fields in which no script can stand, and why. One is sent all the same, and is refused. */
const refusing = [
  [/^(by|cause|change|checklist|concerns|conversation|customer|deputy|elsewhere-\*|exact|frame_contract|from_other|function|functions|instead|item|items|kept|leader|line#|lines|numbers|order|organisation|origins?|other|owner|parent|party|person|place|product|their_line#|quotation|record|requirement|requirement-\*|requirement_set|review|roles|row|set|stands_for|subject|template|to|with|affects|after|base|section)$/, "names another record, or a part of one"],
  [/(_on|_until|_from|_at)$|^(due|until|from_day|daily_at|day|since|starts)$/, "a day or a time"],
  [/^(above|actual_cost|amount|cost|effort|hours|lower#?|price#?|quantity#?|set_revision|their_price#|their_quantity#|threshold|total|upper#?|value#?)$/, "a number"],
  [/^(address|addresses|copies|domains|email#?|guests|link|phone)$/, "where somebody is reached: a mail address, a telephone number, a place on the web"],
  [/^(accent|code|columns|country|currency|digest|field|key|kind|language#?|markets|of_kind|off|outcome|password|profile_zone|q|read|rule|sort|state|step|their_currency|track|zone)$/, "one of some words, a code, a fingerprint or a secret"],
  [/^(logo|parts|pasted)$/, "no words: a picture, which parts a letter has, a table from which lines are read"],
  [/^label$/, "a letter or two"],
];
export const mayRefuse = (name) => refusing.some(([pattern]) => pattern.test(nameOf(name)));

/** The fields that take words only while something stands otherwise than where these checks come by, each with its
 * address: `unkept.txt` says of each what that is. */
export const unkept = new Set(readFileSync(new URL("unkept.txt", import.meta.url), "utf8").split("\n")
  .filter((line) => line && !line.startsWith("#")).flatMap((line) => {
    const [, address, names] = line.match(/^(\S+ \S+): (.+)$/);
    return names.split(", ").map((name) => `${address} ${name}`);
  }));
