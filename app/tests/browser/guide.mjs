// Takes the pictures of the guide: REQORD=… node guide.mjs ../../../docs/guide. See bin/pictures.
//
// The demo stands at a fixed moment, so that a picture changes only where the product does.
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { meridian, offered } from "./signoff.check.mjs";
import { comesBy, linkTo, toldASupplier, voltaro } from "./strangers.mjs";
import { begin, enter, moment, personOf } from "./world.mjs";

const [folder = "../../../docs/guide", only] = process.argv.slice(2);
const world = await begin(process.env.REQORD, ["--at", moment]);

/** name | person | address | width | click, click …: one line a picture, beside the page that shows it; the README shows
 * one, too. In place of the address `/sign` or `/notice` the link stands that such a person was sent. */
const pages = [...readdirSync(folder).filter((it) => it.endsWith(".md")).map((it) => `${folder}/${it}`), `${folder}/../../README.md`];
const wanted = pages.flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/<!-- picture: (.*?) -->/g)].map(([, line]) => {
    const [name, person, address, width = "1280", ...clicks] = line.split("|").map((part) => part.trim());
    return { name, person, address, width: Number(width), clicks };
  }));
if (!wanted.length) throw new Error(`No page of ${folder} asks for a picture. Write <!-- picture: name | person | /address -->.`);

/** Chromium makes a picture small by itself: drawn on a canvas and given back as WebP. */
async function small(tab, bytes) {
  const words = await tab.evaluate(async (source) => {
    const image = await createImageBitmap(await (await fetch(source)).blob());
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.86);
  }, `data:image/png;base64,${bytes.toString("base64")}`);
  return Buffer.from(words.split(",")[1], "base64");
}

/** Whoever was sent a link and has no account: what was sent to them, and where the link begins. */
const strangers = {
  "/sign": { address: meridian, sends: () => offered(world) },
  "/notice": { address: voltaro, sends: () => toldASupplier(world, "2027-01-04") },
};

/** The page behind the link that was sent. */
async function behind(path, width, height) {
  const { address, sends } = strangers[path];
  await sends();
  const link = linkTo(world, address, path);
  const context = await world.browser.newContext({ baseURL: world.at, viewport: { width, height }, reducedMotion: "reduce", locale: "en-GB" });
  const tab = await context.newPage();
  await comesBy(world, tab, address, link);
  return tab;
}

/** The page of somebody who signs in. */
async function open(person, address, width, height) {
  const tab = await enter(world, personOf(world, person), { width, height });
  const answer = await tab.goto(address);
  if (answer.status() >= 400) throw new Error(`${address} answers ${answer.status()} to ${person}.`);
  return tab;
}

// What is sent for a picture is seen on others; so these come last.
wanted.sort((one, other) => (one.address in strangers) - (other.address in strangers));

try {
  const desk = await (await world.browser.newContext()).newPage();
  for (const { name, person, address, width, clicks } of wanted.filter((it) => !only || it.name.includes(only))) {
    const height = width < 600 ? 700 : 760;
    const tab = address in strangers ? await behind(address, width, height) : await open(person, address, width, height);
    for (const click of clicks) await tab.locator(click).first().click();
    await tab.waitForTimeout(300);
    const bytes = await small(desk, await tab.screenshot());
    writeFileSync(`${folder}/${name}.webp`, bytes);
    console.log(`${name}.webp ${Math.round(bytes.length / 1024)} kB`);
    await tab.context().close();
  }
  const kept = new Set(wanted.map(({ name }) => `${name}.webp`));
  for (const file of readdirSync(folder)) if (file.endsWith(".webp") && !kept.has(file)) rmSync(`${folder}/${file}`);
} finally {
  await world.end();
}
