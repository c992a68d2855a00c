// Takes pictures of pages to look at: REQORD=… node pictures.mjs FOLDER [person:]/address …
import { mkdirSync } from "node:fs";
import { begin, enter, personOf, places } from "./world.mjs";

const [folder = "pictures", ...wanted] = process.argv.slice(2);
const named = wanted.length ? wanted : Object.values(places).filter((address) => address !== places.signIn).map((address) => `ada:${address}`);
const looks = [[1280, false], [1280, true], [360, false]];

mkdirSync(folder, { recursive: true });
const world = await begin(process.env.REQORD);
try {
  for (const each of named) {
    const [, name = "ada", address] = each.match(/^(?:(\w+):)?(\/.*)$/) ?? [];
    if (!address) throw new Error(`${each} is no address. Write it as /inbox or carl:/inbox.`);
    for (const [width, dark] of looks) {
      const tab = await enter(world, personOf(world, name), { width, dark });
      await tab.goto(address);
      const file = `${folder}/${address.slice(1).replace(/[^\w-]+/g, "-") || "home"}-${name}-${width}-${dark ? "dark" : "light"}.png`;
      await tab.screenshot({ path: file, fullPage: true });
      console.log(file);
      await tab.context().close();
    }
  }
} finally {
  await world.end();
}
