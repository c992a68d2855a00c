// Whether a requirement set can be worked on as a table by keyboard, and nothing typed is lost.
import { enter, holds, personOf, places, same, until, violations, wrongsOf } from "./world.mjs";

/** Opens the table as Ada; `ask` are requests with her session. */
async function table(world) {
  const tab = await enter(world, personOf(world, "ada"));
  await tab.goto(places.table);
  await tab.locator("table[data-grid][role=grid]").waitFor();
  return tab;
}

const rowsOf = (tab) => tab.locator("tr[data-number]").evaluateAll((rows) => rows.map((row) => row.dataset.number));
const cell = (tab, number, field) => tab.locator(`tr[data-number="${number}"] td[data-field="${field}"]`);
const value = (tab, number, field) => cell(tab, number, field).evaluate((it) => it.dataset.value ?? it.textContent.trim());
const at = (tab) => tab.evaluate(() => {
  const here = document.activeElement.closest("td, th");
  return [here?.closest("tr").dataset.number, here?.cellIndex];
});
const write = (tab) => tab.locator(".writer [name=written]");
const stale = (tab, number, fields) => tab.evaluate(async ([address, fields]) => {
  const now = await fetch(address);
  const headers = { "Content-Type": "application/json", "If-Match": now.headers.get("ETag") };
  return (await fetch(address, { method: "PATCH", headers, body: JSON.stringify(fields) })).status;
}, [`/api/v1/requirements/${number}`, fields]);

async function paste(tab, text, html = "") {
  await tab.evaluate(([text, html]) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    if (html) clipboardData.setData("text/html", html);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, [text, html]);
}

export const checks = {
  "arrows move the cursor, and Tab stops at the table once": async (world) => {
    const tab = await table(world);
    const [first, second] = await rowsOf(tab);
    await cell(tab, first, "statement").click();
    const [, column] = await at(tab);
    await tab.keyboard.press("ArrowDown");
    same(await at(tab), [second, column], "below");
    await tab.keyboard.press("Home");
    same(await at(tab), [second, 0], "first cell");
    await tab.keyboard.press("End");
    await tab.keyboard.press("Control+End");
    same((await at(tab))[0], (await rowsOf(tab)).at(-1), "last row");
    await tab.keyboard.press("Control+Home");
    same(await at(tab), [first, 0], "first of all");
    same(await tab.locator('table[data-grid] tr[data-number] [tabindex="0"]').count(), 1, "stops of the Tab key");
    same(await violations(tab), [], "axe");
  },

  "Enter writes in place, Ctrl-Enter saves and goes down, and the server has it": async (world) => {
    const tab = await table(world);
    const [first, second] = await rowsOf(tab);
    const before = await value(tab, first, "statement");
    await cell(tab, first, "statement").click();
    await tab.keyboard.press("Enter");
    same(await violations(tab), [], "axe while writing");
    await write(tab).fill(`${before} Twice.`);
    await tab.keyboard.press("Control+Enter");
    same((await at(tab))[0], second, "the cursor after saving");
    await until(async () => (await value(tab, first, "statement")) === `${before} Twice.`, "saved");
    await tab.keyboard.press("Control+z");
    await until(async () => (await value(tab, first, "statement")) === before, "undone");
    holds(await tab.locator(".toast").last().innerText(), "no sentence says what was undone");
    await tab.keyboard.press("Control+y");
    await until(async () => (await value(tab, first, "statement")) === `${before} Twice.`, "redone");
    await tab.reload();
    same(await value(tab, first, "statement"), `${before} Twice.`, "after loading again");
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "Esc leaves a cell as it was, and what was typed can be brought back": async (world) => {
    const tab = await table(world);
    const [first] = await rowsOf(tab);
    const before = await value(tab, first, "statement");
    await cell(tab, first, "statement").click();
    await tab.keyboard.press("F2");
    await write(tab).fill("Something else");
    await tab.keyboard.press("Escape");
    same(await value(tab, first, "statement"), before, "after Esc");
    same((await at(tab))[0], first, "the cursor after Esc");
    await tab.locator(".toast button").click();
    same(await write(tab).inputValue(), "Something else", "brought back");
  },

  "a stale save shows both versions, and either can be kept": async (world) => {
    const tab = await table(world);
    const number = (await rowsOf(tab))[2];
    await cell(tab, number, "statement").click();
    await tab.keyboard.press("Enter");
    await write(tab).fill("Mine of two.");
    same(await stale(tab, number, { statement: "Theirs of two." }), 200, "the other save");
    await tab.keyboard.press("Control+Enter");
    await tab.locator(".writer.conflict").waitFor();
    const shown = await tab.locator(".writer .both").innerText();
    holds(shown.includes("Mine of two.") && shown.includes("Theirs of two."), `both versions are not shown: ${shown}`);
    same(await violations(tab), [], "axe with both versions");
    await tab.locator("[data-act=mine]").click();
    await until(async () => (await value(tab, number, "statement")) === "Mine of two.", "mine kept");
    await tab.reload();
    same(await value(tab, number, "statement"), "Mine of two.", "after loading again");

    await cell(tab, number, "statement").click();
    await tab.keyboard.press("Enter");
    await write(tab).fill("Mine again.");
    await stale(tab, number, { statement: "Theirs again." });
    await tab.keyboard.press("Control+Enter");
    await tab.locator("[data-act=theirs]").click();
    same(await value(tab, number, "statement"), "Theirs again.", "theirs taken");
    same(await tab.locator(".writer").count(), 0, "open writers");
  },

  "what the server refuses is said at the cell, and what was typed stays": async (world) => {
    const tab = await table(world);
    const [first] = await rowsOf(tab);
    await tab.route("**/api/v1/requirements/REQ-*", (route) => (route.request().method() === "PATCH"
      ? route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify({ title: "Not valid", errors: [{ field: "statement", detail: "Say what shall be." }] }) })
      : route.fallback()));
    await cell(tab, first, "statement").click();
    await tab.keyboard.press("Enter");
    await write(tab).fill("Typed with care");
    await tab.keyboard.press("Control+Enter");
    await tab.locator(".writer .fault").waitFor();
    holds((await tab.locator(".writer .fault").innerText()).includes("Say what shall be."), "the reason is not shown");
    same(await write(tab).inputValue(), "Typed with care", "what was typed");
  },

  "without a connection nothing is lost: it is tried again, and offered on return": async (world) => {
    const tab = await table(world);
    const number = (await rowsOf(tab))[3];
    await tab.route("**/api/v1/requirements/REQ-*", (route) => (route.request().method() === "PATCH" ? route.abort() : route.fallback()));
    await cell(tab, number, "statement").click();
    await tab.keyboard.press("Enter");
    await write(tab).fill("Written in a tunnel");
    await tab.keyboard.press("Control+Enter");
    await cell(tab, number, "statement").locator(".state").waitFor();
    tab.once("dialog", (dialog) => dialog.accept());
    await tab.reload();
    await cell(tab, number, "statement").locator(".writer .kept").waitFor();
    await tab.unroute("**/api/v1/requirements/REQ-*");
    await cell(tab, number, "statement").locator(".says button").first().click();
    await until(async () => (await value(tab, number, "statement")) === "Written in a tunnel", "saved later");
    await tab.reload();
    same(await value(tab, number, "statement"), "Written in a tunnel", "after loading again");
    same(await tab.locator(".writer").count(), 0, "nothing is offered twice");
  },

  "a cell left half written is offered on return": async (world) => {
    const tab = await table(world);
    const number = (await rowsOf(tab))[1];
    await cell(tab, number, "statement").click();
    await tab.keyboard.press("Enter");
    const kept = tab.waitForRequest((request) => request.method() === "PUT" && request.url().includes("/drafts/"));
    await write(tab).fill("Half a sent");
    await kept;
    tab.on("dialog", (dialog) => dialog.accept());
    await tab.reload();
    await cell(tab, number, "statement").click();
    await tab.keyboard.press("Enter");
    await tab.locator(".writer .kept").waitFor();
    await tab.locator(".writer .says button").first().click();
    same(await write(tab).inputValue(), "Half a sent", "the draft");
    await tab.keyboard.press("Escape");
  },

  "cells of a spreadsheet are announced, pasted as one, and undone as one": async (world) => {
    const tab = await table(world);
    const [first, second] = await rowsOf(tab);
    const before = [await value(tab, first, "statement"), await value(tab, second, "statement")];
    await cell(tab, first, "statement").click();
    await paste(tab, 'The "first",\nin two lines\n'.replace(/^(.*)\n(.*)\n$/s, '"The ""first"",\nin two lines"\nThe second\n'));
    await tab.locator(".paste").waitFor();
    same(await violations(tab), [], "axe with the panel");
    same(await value(tab, first, "statement"), before[0], "before it is confirmed");
    await tab.locator("[data-act=paste]").click();
    await until(async () => (await value(tab, second, "statement")) === "The second", "pasted");
    same(await value(tab, first, "statement"), 'The "first",\nin two lines', "a quoted cell");
    await tab.keyboard.press("Control+z");
    await until(async () => (await value(tab, second, "statement")) === before[1], "undone");
    same(await value(tab, first, "statement"), before[0], "undone too");
  },

  "a table of a web page pastes beyond the end as new requirements": async (world) => {
    const tab = await table(world);
    const numbers = await rowsOf(tab);
    const last = numbers.at(-1);
    await cell(tab, last, "statement").click();
    await paste(tab, "", `<table><tr><td>${await value(tab, last, "statement")}</td></tr><tr><td>First <b>new</b>
      one.</td></tr><tr><td>Second new one.</td></tr></table>`);
    await tab.locator("[data-act=paste]").click();
    await until(async () => (await rowsOf(tab)).length === numbers.length + 2, "two more rows");
    const added = (await rowsOf(tab)).slice(-2);
    same([await value(tab, added[0], "statement"), await value(tab, added[1], "statement")], ["First new one.", "Second new one."], "the new rows");
    await tab.reload();
    same((await rowsOf(tab)).slice(-2), added, "after loading again");
  },

  "what was added is undone as that, and nothing older with it": async (world) => {
    const tab = await table(world);
    const numbers = await rowsOf(tab);
    const [first, last] = [numbers[0], numbers.at(-1)];
    await cell(tab, first, "statement").click();
    await tab.keyboard.press("Enter");
    await write(tab).fill("Written before the paste.");
    await tab.keyboard.press("Control+Enter");
    await until(async () => (await value(tab, first, "statement")) === "Written before the paste.", "saved");
    const before = await value(tab, last, "statement");
    await cell(tab, last, "statement").click();
    await paste(tab, "The last, pasted over\nOne that is new\n");
    await tab.locator("[data-act=paste]").click();
    await until(async () => (await rowsOf(tab)).length === numbers.length + 1, "one more row");
    await tab.keyboard.press("Control+z");
    await until(async () => (await rowsOf(tab)).length === numbers.length, "the new row is gone");
    await until(async () => (await value(tab, last, "statement")) === before, "the old one says what it said");
    same(await value(tab, first, "statement"), "Written before the paste.", "the deed before");
    await cell(tab, last, "statement").click();
    await tab.keyboard.press("o");
    await write(tab).fill("Added by a key.");
    await tab.keyboard.press("Control+Enter");
    await until(async () => (await rowsOf(tab)).length === numbers.length + 1, "a row by a key");
    await tab.keyboard.press("Control+z");
    await until(async () => (await rowsOf(tab)).length === numbers.length, "and gone again");
    same(await value(tab, first, "statement"), "Written before the paste.", "still the deed before");
    await tab.reload();
    same(await rowsOf(tab), numbers, "after loading again");
    same(wrongsOf(tab), [], "what the browser complains of");
  },

  "a row moves by keys, stays there, and comes back": async (world) => {
    const tab = await table(world);
    const before = await rowsOf(tab);
    await cell(tab, before[0], "statement").click();
    await tab.keyboard.press("Alt+ArrowDown");
    const moved = [before[1], before[0], before[2]];
    await until(async () => String((await rowsOf(tab)).slice(0, 3)) === String(moved), "moved");
    same((await at(tab))[0], before[0], "the cursor goes along");
    await tab.locator(".toast").waitFor();
    await tab.reload();
    same((await rowsOf(tab)).slice(0, 3), moved, "after loading again");
    await cell(tab, before[0], "statement").click();
    await tab.keyboard.press("Alt+ArrowUp");
    await tab.locator(".toast").waitFor();
    await tab.keyboard.press("Control+z");
    await until(async () => (await rowsOf(tab))[1] === before[0], "undone");
    await tab.keyboard.press("Control+y");
    await until(async () => (await rowsOf(tab))[0] === before[0], "redone");
  },

  "a row can be dragged by its grip": async (world) => {
    const tab = await table(world);
    const before = await rowsOf(tab);
    const grip = tab.locator(`tr[data-number="${before[0]}"] .grip`);
    if (!(await grip.count())) return holds(false, "the rows have no grip");
    const ordered = tab.waitForResponse((answer) => answer.url().endsWith("/order"));
    await grip.hover();
    await tab.mouse.down();
    // The place where it lands pushes the rows below it down: measure again after each step.
    for (let step = 0; step < 4; step += 1) {
      const over = await tab.locator(`tr[data-number="${before[2]}"]`).boundingBox();
      await tab.mouse.move(over.x + 60 + step, over.y + over.height - 4, { steps: 3 });
    }
    await tab.mouse.up();
    same((await ordered).status() < 300, true, "the order is accepted");
    same((await rowsOf(tab)).slice(0, 3), [before[1], before[2], before[0]], "dragged");
    await cell(tab, before[0], "statement").click();
    await tab.keyboard.press("Control+z");
    await until(async () => (await rowsOf(tab))[0] === before[0], "undone");
  },

  "marked rows get one value together": async (world) => {
    const tab = await table(world);
    const [first, second] = await rowsOf(tab);
    await cell(tab, first, "statement").click();
    await tab.keyboard.press("x");
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("x");
    await tab.locator("#bulk").waitFor();
    same(await violations(tab), [], "axe with the bar");
    const before = await value(tab, second, "statement");
    await tab.locator("[data-set-field] > select").selectOption("statement");
    await tab.locator("#set-marked").fill("One for both.");
    await tab.locator("[data-act=set]").click();
    await until(async () => (await value(tab, second, "statement")) === "One for both.", "set");
    same(await value(tab, first, "statement"), "One for both.", "set in the first");
    await cell(tab, first, "statement").click();
    await tab.keyboard.press("Control+z");
    await until(async () => (await value(tab, second, "statement")) === before, "undone");
    await tab.locator("#bulk [type=reset]").click();
    same(await tab.locator("tr[data-number] [type=checkbox]:checked").count(), 0, "marks");
  },

  "o adds a requirement below, Esc takes an empty one away": async (world) => {
    const tab = await table(world);
    const before = await rowsOf(tab);
    await cell(tab, before[0], "statement").click();
    await tab.keyboard.press("o");
    await tab.keyboard.press("Escape");
    same(await tab.locator("tr[data-new]").count(), 0, "new rows after Esc");
    await tab.keyboard.press("o");
    await write(tab).fill("A third line shall be prepared.");
    await tab.keyboard.press("Control+Enter");
    await until(async () => (await rowsOf(tab)).length === before.length + 1, "one row more");
    const added = (await rowsOf(tab))[1];
    same(await value(tab, added, "statement"), "A third line shall be prepared.", "the new row");
    await tab.reload();
    same((await rowsOf(tab))[1], added, "after loading again");
    holds((await tab.locator(`tr[data-number="${added}"] a.number`).getAttribute("href")).includes(added), "the new row leads elsewhere");
  },

  "one value for many leaves alone what somebody else wrote meanwhile, and says so": async (world) => {
    const tab = await table(world);
    const [first, second, third] = await rowsOf(tab);
    await cell(tab, first, "acceptance").click();
    for (const key of ["x", "ArrowDown", "x", "ArrowDown", "x"]) await tab.keyboard.press(key);
    await tab.locator("[data-set-field] > select").selectOption("acceptance");
    same(await stale(tab, second, { acceptance: "Theirs, of the pump." }), 200, "the other save");
    same(await stale(tab, third, { source: "Theirs, elsewhere." }), 200, "another field");
    await tab.locator("#set-marked").fill("200");
    await tab.locator("[data-act=set]").click();
    await until(async () => (await value(tab, first, "acceptance")) === "200", "set where nobody was faster");
    await until(async () => (await value(tab, third, "acceptance")) === "200", "set where another field was written");
    same(await value(tab, second, "acceptance"), "Theirs, of the pump.", "theirs on the page");
    holds((await tab.locator("#bulk [role=status]").last().innerText()).includes(second), "the row is not told by its number");
    await tab.reload();
    same(await value(tab, second, "acceptance"), "Theirs, of the pump.", "theirs after loading again");
  },

  "undo leaves alone what was written since": async (world) => {
    const tab = await table(world);
    const [first, second] = await rowsOf(tab);
    const before = await value(tab, first, "acceptance");
    await cell(tab, first, "acceptance").click();
    for (const key of ["x", "ArrowDown", "x"]) await tab.keyboard.press(key);
    await tab.locator("[data-set-field] > select").selectOption("acceptance");
    await tab.locator("#set-marked").fill("301");
    await tab.locator("[data-act=set]").click();
    await until(async () => (await value(tab, second, "acceptance")) === "301", "set");
    same(await stale(tab, second, { acceptance: "Written since." }), 200, "the other save");
    await cell(tab, first, "acceptance").click();
    await tab.keyboard.press("Control+z"); // is told of it, and changes nothing
    await until(async () => (await value(tab, second, "acceptance")) === "Written since.", "what was written since is shown");
    await tab.keyboard.press("Control+z");
    await until(async () => (await value(tab, first, "acceptance")) === before, "the other one is undone");
    await tab.reload();
    same(await value(tab, second, "acceptance"), "Written since.", "after loading again");
  },

  "a key costs no more among a thousand rows than among fourteen": async (world) => {
    const tab = await enter(world, personOf(world, "ada"));
    await tab.goto("/");
    const send = (address, body) => tab.evaluate(async ([address, body]) => {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
      return { status: answer.status, body: await answer.json() };
    }, [address, body]);
    const made = await send("/api/v1/requirement-sets", { title: "A long table" });
    holds(made.status === 201 || made.status === 200, `no set: ${JSON.stringify(made)}`);
    const set = made.body.number;
    const fill = async (from, to) => {
      const rows = Array.from({ length: to - from }, (_, at) => ({ section: "s1", title: `Row ${from + at}`,
        fields: { statement: `Valve ${from + at} shall hold ${from + at} mbar for one hour without a leak.`, acceptance: "No drop of pressure" } }));
      same((await send("/api/v1/requirements/bulk", { set, rows })).status, 200, "the rows");
    };
    const session = await tab.context().newCDPSession(tab);
    await session.send("Performance.enable");
    const spent = async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      const of = (name) => metrics.find((it) => it.name === name).value;
      return of("LayoutDuration") + of("RecalcStyleDuration") + of("ScriptDuration");
    };
    const frame = () => tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    /** The least that a group of keys cost in style, layout and script, in milliseconds. */
    const cost = async () => {
      await tab.goto(`/requirement-sets/${set}/table`);
      await tab.locator("table[data-grid][role=grid]").waitFor();
      await tab.locator('tr[data-number] td[data-field="statement"]').nth(5).click();
      const least = {};
      for (const [name, keys] of Object.entries({ arrow: ["ArrowDown", "ArrowUp"], write: ["Enter", "Escape"], add: ["o", "Escape"], mark: ["x", "x"] })) {
        for (let turn = 0; turn < 6; turn += 1) {
          await frame();
          const before = await spent();
          for (const key of keys) { await tab.keyboard.press(key); await frame(); }
          least[name] = Math.min(least[name] ?? Infinity, ((await spent()) - before) * 1000);
        }
      }
      return least;
    };
    await fill(0, 14);
    const few = await cost();
    await fill(14, 1000);
    const many = await cost();
    const told = Object.keys(few).map((name) => `${name} ${few[name].toFixed(1)} → ${many[name].toFixed(1)} ms`).join(", ");
    console.log(`        ${told}`);
    // There are seventy times as many rows; how busy the machine is may cost a few times as much.
    for (const name of Object.keys(few)) holds(many[name] < 12 * few[name] + 40, `“${name}” grows with the rows: ${told}`);
    same(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing beside the page");
  },
};
