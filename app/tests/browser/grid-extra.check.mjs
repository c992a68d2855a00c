// Whether the fields of a house are columns like the others: each sort is written in place, a new row is asked for
// what has to be said. The fields are retired at the end, so that other checks find the demo as it was.
import { enter, holds, personOf, same, until, violations, wrongsOf } from "./world.mjs";

const post = (tab, address, body) => tab.evaluate(async ([address, body]) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}, [address, body]);

const FIELDS = [
  { title: "Plant mark", key: "x_mark", holds: "text", required: true },
  { title: "Mass", key: "x_mass", holds: "number", unit: "kg" },
  { title: "Tested", key: "x_tested", holds: "day" },
  { title: "Hazardous", key: "x_hazardous", holds: "truth" },
  { title: "Works", key: "x_works", holds: "choice", choices: ["Kiel", "Leipzig"] },
  { title: "Tester", key: "x_tester", holds: "person" },
  { title: "Leaflet", key: "x_leaflet", holds: "link" },
];

/** Defines the fields, opens a set of two rows, does what is checked in its table, and retires the fields. */
async function inTable(world, check) {
  const sam = await enter(world, personOf(world, "administrator"));
  await sam.goto("/");
  const defined = [];
  try {
    for (const field of FIELDS) {
      const key = `${field.key}_${Date.now().toString(36)}`; // a short name is never given twice
      const made = await post(sam, "/api/v1/extra-fields", { ...field, key, of_kind: "REQ" });
      holds(made.status === 201, `${field.title}: ${JSON.stringify(made)}`);
      defined.push({ number: made.body.number, name: `extra.${key}` });
    }
    const of = (key) => defined[FIELDS.findIndex((field) => field.key === key)].name;
    const tab = await enter(world, personOf(world, "ada"));
    await tab.goto("/");
    const set = (await post(tab, "/api/v1/requirement-sets", { title: "Fields of the house" })).body.number;
    const mark = of("x_mark").slice("extra.".length);
    const rows = ["The first shall hold.", "The second shall hold."].map((statement) => ({ fields: { statement }, extra: { [mark]: "N-1" } }));
    same((await post(tab, "/api/v1/requirements/bulk", { set, rows })).status, 200, "the rows");
    const open = async (rest = "?columns=all") => {
      await tab.goto(`/requirement-sets/${set}/table${rest}`);
      await tab.locator("table[data-grid][role=grid]").waitFor();
    };
    await open();
    await check({ tab, of, open });
    same(wrongsOf(tab).filter((wrong) => !/status of 4(12|22)/.test(wrong)), [], "what the browser complains of");
  } finally {
    for (const { number } of defined) await post(sam, `/api/v1/extra-fields/${number}/steps/retire`, {});
  }
}

const rowsOf = (tab) => tab.locator("tr[data-number]").evaluateAll((rows) => rows.map((row) => row.dataset.number));
const cell = (tab, number, field) => tab.locator(`tr[data-number="${number}"] td[data-field="${field}"]`);
const value = (tab, number, field) => cell(tab, number, field).evaluate((it) => it.dataset.value ?? it.textContent.trim());
const shown = (tab, number, field) => cell(tab, number, field).innerText();
const write = (tab) => tab.locator(".writer [name=written]");
const saved = (tab, number, field, wanted) => until(async () => (await value(tab, number, field)) === wanted
  && (await cell(tab, number, field).getAttribute("aria-busy")) === null, `${field} is ${wanted}`);

async function paste(tab, text) {
  await tab.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** Stands in a cell without opening what may be a link in it. */
const stand = (tab, number, field) => cell(tab, number, field).evaluate((it) => { it.tabIndex = 0; it.focus(); });

export const checks = {
  "each sort of field is written in place, read as people read it, and undone": (world) => inTable(world, async ({ tab, of, open }) => {
    const [first] = await rowsOf(tab);
    const type = async (key, fill) => {
      await stand(tab, first, of(key));
      await tab.keyboard.press("Enter");
      await fill(write(tab));
      await tab.keyboard.press("Enter");
    };
    await type("x_mass", (field) => field.fill("12,5"));
    await saved(tab, first, of("x_mass"), "12.5");
    await until(async () => (await shown(tab, first, of("x_mass"))) === "12.5 kg", "the unit is read");
    await stand(tab, first, of("x_tested"));
    await tab.keyboard.press("Enter");
    same(await violations(tab), [], "axe with the field of a day");
    await write(tab).fill("2026-03-02");
    await tab.keyboard.press("Enter");
    await saved(tab, first, of("x_tested"), "2026-03-02");
    await type("x_hazardous", (field) => field.selectOption({ label: "yes" }));
    await saved(tab, first, of("x_hazardous"), "true");
    await type("x_works", (field) => field.selectOption("Leipzig"));
    await saved(tab, first, of("x_works"), "Leipzig");
    await type("x_tester", (field) => field.selectOption({ index: 1 }));
    await until(async () => /^PE-/.test(await value(tab, first, of("x_tester"))), "a person is kept by number");
    holds(!/PE-/.test(await shown(tab, first, of("x_tester"))), "a person is read by name");
    await type("x_leaflet", (field) => field.fill("https://leaflets.example/7"));
    await until(async () => (await cell(tab, first, of("x_leaflet")).locator("a").count()) === 1, "a link can be followed");
    await tab.keyboard.press("Control+z");
    await saved(tab, first, of("x_leaflet"), "");
    await tab.keyboard.press("Control+z");
    await saved(tab, first, of("x_tester"), "");
    await tab.keyboard.press("Control+y");
    await until(async () => /^PE-/.test(await value(tab, first, of("x_tester"))), "redone");
    await open();
    same([await value(tab, first, of("x_mass")), await value(tab, first, of("x_tested")), await value(tab, first, of("x_works"))],
      ["12.5", "2026-03-02", "Leipzig"], "after loading again");
  }),

  "what does not fit is said at its cell, and a slower save shows both": (world) => inTable(world, async ({ tab, of }) => {
    const [first, second] = await rowsOf(tab);
    await stand(tab, first, of("x_mass"));
    await tab.keyboard.press("Enter");
    await write(tab).fill("heavy");
    await tab.keyboard.press("Enter");
    await cell(tab, first, of("x_mass")).locator(".writer .fault").waitFor();
    same(await write(tab).inputValue(), "heavy", "what was typed");
    await tab.keyboard.press("Escape");

    await stand(tab, second, of("x_mark"));
    await tab.keyboard.press("Enter");
    await write(tab).fill("Mine");
    const theirs = await tab.evaluate(async ([address, extra]) => {
      const now = await fetch(address);
      const headers = { "Content-Type": "application/json", "If-Match": now.headers.get("ETag") };
      return (await fetch(address, { method: "PATCH", headers, body: JSON.stringify({ extra }) })).status;
    }, [`/api/v1/requirements/${second}`, { [of("x_mark").slice(6)]: "Theirs" }]);
    same(theirs, 200, "the other save");
    await tab.keyboard.press("Enter");
    await tab.locator(".writer.conflict").waitFor();
    const both = await tab.locator(".writer .both").innerText();
    holds(both.includes("Mine") && both.includes("Theirs"), `both are not shown: ${both}`);
    await tab.locator("[data-act=mine]").click();
    await saved(tab, second, of("x_mark"), "Mine");
  }),

  "a new row is asked for what has to be said before it is saved": (world) => inTable(world, async ({ tab, of, open }) => {
    await open(""); // what has to be said is among the few columns
    const before = await rowsOf(tab);
    await cell(tab, before[0], "statement").click();
    await tab.keyboard.press("o");
    await write(tab).fill("A third one shall hold.");
    await tab.keyboard.press("Control+Enter");
    await tab.locator(`tr[data-new] td[data-field="${of("x_mark")}"] .writer`).waitFor();
    holds((await tab.locator(".writer .says").innerText()).includes("Plant mark"), "the sentence names the field");
    same(await violations(tab), [], "axe while it is asked");
    same((await rowsOf(tab)).length, before.length, "nothing is saved yet");
    await tab.keyboard.press("Enter");
    same((await rowsOf(tab)).length, before.length, "an empty answer saves nothing");
    await tab.keyboard.press("Escape");
    same(await tab.locator("tr[data-new]").count(), 0, "Esc takes the row away");
    await tab.locator(".toast button").last().click();
    await tab.locator(`tr[data-new] td[data-field="${of("x_mark")}"] .writer`).waitFor();
    await write(tab).fill("N-9");
    await tab.keyboard.press("Enter");
    await until(async () => (await rowsOf(tab)).length === before.length + 1, "one row more");
    const added = (await rowsOf(tab))[1];
    same([await value(tab, added, "statement"), await value(tab, added, of("x_mark"))], ["A third one shall hold.", "N-9"], "the new row");
    await tab.reload();
    same((await rowsOf(tab))[1], added, "after loading again");
  }),

  "cells of a spreadsheet fill the fields, and new rows are asked once for all": (world) => inTable(world, async ({ tab, of }) => {
    const [first, second] = await rowsOf(tab);
    await stand(tab, first, of("x_mass"));
    await paste(tab, "7,25\t02.03.2026\tyes\tkiel\n8\t\t\tRome\n");
    await tab.locator(".paste").waitFor();
    holds((await tab.locator(".paste").innerText()).includes("Rome"), "what is no choice is told");
    await tab.locator("[data-act=paste]").click();
    await saved(tab, second, of("x_mass"), "8");
    same([await value(tab, first, of("x_mass")), await value(tab, first, of("x_tested")), await value(tab, first, of("x_hazardous")), await value(tab, first, of("x_works"))],
      ["7.25", "2026-03-02", "true", "Kiel"], "pasted");
    await tab.keyboard.press("Control+z");
    await saved(tab, second, of("x_mass"), "");
    same(await value(tab, first, of("x_hazardous")), "", "undone as one");

    await cell(tab, second, "statement").click();
    await paste(tab, "The second shall hold.\nA new one shall hold.\nAnother new one shall hold.\n");
    const asked = tab.locator(`[id="paste-${of("x_mark")}"]`);
    await asked.waitFor();
    same(await violations(tab), [], "axe with the panel");
    await tab.locator("[data-act=paste]").click();
    await tab.locator(".paste .fault").waitFor();
    same((await rowsOf(tab)).length, 2, "nothing is added before it is said");
    await asked.fill("N-4");
    await tab.locator("[data-act=paste]").click();
    await until(async () => (await rowsOf(tab)).length === 4, "two more rows");
    const added = (await rowsOf(tab)).slice(2);
    same([await value(tab, added[0], of("x_mark")), await value(tab, added[1], of("x_mark"))], ["N-4", "N-4"], "said for both");
  }),

  "marked rows are given one value of a field": (world) => inTable(world, async ({ tab, of }) => {
    const [first, second] = await rowsOf(tab);
    await cell(tab, first, "statement").click();
    for (const key of ["x", "ArrowDown", "x"]) await tab.keyboard.press(key);
    await tab.locator("[data-set-field] > select").selectOption(of("x_works"));
    await tab.locator("#set-marked").selectOption("Kiel");
    await tab.locator("[data-act=set]").click();
    await saved(tab, second, of("x_works"), "Kiel");
    same(await value(tab, first, of("x_works")), "Kiel", "the first");
  }),
};
