// Whether the sentences that scripts ask for exist, and the other way round. Needs no page.
import { readFileSync, readdirSync } from "node:fs";
import { same } from "./world.mjs";

const scripts = new URL("../../../assets/scripts/", import.meta.url);
const text = (name) => readFileSync(new URL(name, scripts), "utf8");

export const checks = {
  "every sentence a script asks for is in words.json, and no other": async () => {
    const known = Object.keys(JSON.parse(text("words.json")));
    const sources = readdirSync(scripts).filter((name) => name.endsWith(".js")).map(text).join("\n");
    const asked = [...sources.matchAll(/\bword\(([^;]*?)[,)]/g)].flatMap(([, inner]) => [...inner.matchAll(/"([a-z-]+)"/g)].map(([, key]) => key));
    same(asked.filter((key) => !known.includes(key)), [], "asked for but missing");
    same(known.filter((key) => !sources.includes(`"${key}"`)), [], "never asked for");
  },
};
