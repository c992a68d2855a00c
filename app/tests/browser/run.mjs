// Checks the pages in a real browser: REQORD=path/to/reqord node run.mjs [name of a check file …]
import { readdirSync } from "node:fs";
import { begin } from "./world.mjs";

const here = new URL("./", import.meta.url);
const only = process.argv.slice(2);
const files = readdirSync(here).filter((name) => name.endsWith(".check.mjs")).sort()
  .filter((name) => !only.length || only.some((wanted) => name.startsWith(wanted)));

if (!process.env.REQORD) {
  console.error("Say where the program is: REQORD=path/to/reqord node run.mjs");
  process.exit(2);
}

const world = await begin(process.env.REQORD);
let passed = 0;
const failures = [];
try {
  for (const file of files) {
    const { checks, itsOwnHouse } = await import(new URL(file, here));
    const house = itsOwnHouse ? await begin(process.env.REQORD, itsOwnHouse) : world;
    for (const [sentence, check] of Object.entries(checks)) {
      const open = new Set(house.browser.contexts());
      try {
        await check(house);
        passed += 1;
        console.log(`passed  ${file}: ${sentence}`);
      } catch (error) {
        const failure = `FAILED  ${file}: ${sentence}\n        ${String(error.stack ?? error).replaceAll("\n", "\n        ")}`;
        failures.push(failure);
        console.log(failure);
      }
      for (const context of house.browser.contexts()) if (!open.has(context)) await context.close();
    }
    if (house !== world) await house.end();
  }
} finally {
  await world.end();
}
// Told once more at the end: who keeps only the last lines of a run has to read there what failed.
for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length || !passed ? 1 : 0;
