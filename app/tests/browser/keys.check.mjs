// Whether the main tasks are done by keys alone: Tab, Enter, arrows, Space and Ctrl-Enter; no click and no mouse. Each
// stop on the way is seen, and none holds whoever came to it.
import { meridian, offered } from "./signoff.check.mjs";
import { enter, holds, letterTo, personOf, places, same, until, violations, wrongsOf } from "./world.mjs";

const most = 400; // stops from the head of a page to what is looked for

/** Where the focus is: whether that is what is looked for, and whether it is seen. */
const here = (tab, what) => tab.evaluate((what) => {
  const at = document.activeElement;
  if (!at || at === document.body) return { is: false, name: "" };
  const box = at.getBoundingClientRect();
  let isSeen = false;
  // What has no outline of its own has one around it: a choice drawn as a button, a field within a box.
  for (let it = at, up = 0; it && up < 3; it = it.parentElement, up += 1) {
    const { outlineStyle, outlineWidth } = getComputedStyle(it);
    isSeen ||= outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  }
  const isInside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const name = `${at.localName}${at.id ? `#${at.id}` : ""} “${(at.innerText || at.value || at.getAttribute("aria-label") || "").slice(0, 40)}”`;
  return { is: at.matches(what), name, isSeen: isSeen && isInside, isGraph: at.closest("svg") !== null };
}, what);

/** The hands of somebody without a mouse. */
function hands(tab) {
  /** Goes on by Tab until this has the focus; what lies in a closed part is opened first. */
  async function reach(what) {
    const closed = await tab.evaluate((what) => {
      const all = [...document.querySelectorAll(what)];
      const outer = all.some((it) => it.checkVisibility()) ? null : all[0]?.closest("details:not([open])");
      if (outer) outer.firstElementChild.dataset.wanted = "";
      return Boolean(outer);
    }, what);
    if (closed) {
      await reach("summary[data-wanted]");
      await tab.keyboard.press("Enter");
    }
    let last = null, held = 0;
    for (let stops = 0; stops < most; stops += 1) {
      const at = await here(tab, what);
      if (at.name && !at.isGraph) holds(at.isSeen, `on ${tab.url()} nobody sees that the focus is on ${at.name}`);
      if (at.is) return;
      const focus = await tab.evaluateHandle(() => document.activeElement);
      held = last && (await tab.evaluate(([one, other]) => one === other && one !== document.body, [last, focus])) ? held + 1 : 0;
      holds(held < 12, `on ${tab.url()} the focus does not leave ${at.name}`); // a day or time has several stops
      await last?.dispose();
      last = focus;
      await tab.keyboard.press("Tab");
    }
    throw new Error(`on ${tab.url()} no Tab leads to ${what}`);
  }
  const goes = (does) => Promise.all([tab.waitForNavigation({ timeout: 60_000 }), does()]);
  return {
    tab,
    reach,
    words: () => tab.locator("main").innerText(),
    /** Opens a link, or sends a form by its button. */
    async open(what) { await reach(what); await goes(() => tab.keyboard.press("Enter")); },
    async type(what, words) { await reach(what); await tab.keyboard.press("Control+a"); await tab.keyboard.type(words); },
    /** Ticks a box, or takes a choice. */
    async choose(what) { await reach(what); await tab.keyboard.press("Space"); },
    send: () => goes(() => tab.keyboard.press("Control+Enter")),
  };
}

async function comes(world, person, address) {
  const tab = await enter(world, person);
  await tab.goto(address);
  return { ...hands(tab), password: person.password };
}

async function sends(tab, method, address, data) {
  const answer = await tab.request.fetch(address, { method, data });
  holds(answer.ok(), `${address} answers ${answer.status()}: ${await answer.text()}`);
  return answer.json();
}

/** A set of Meridian's that was released once and says one thing more since. */
async function written(world) {
  const tab = await enter(world, personOf(world, "ada"));
  const { number: set } = await sends(tab, "POST", "/api/v1/requirement-sets", { title: "Drip trays", party: "K-1001" });
  await sends(tab, "POST", "/api/v1/requirements", { set, statement: "Each pump stands in a tray." });
  await sends(tab, "POST", `/api/v1/requirement-sets/${set}/release`, { reason: "as asked" });
  await sends(tab, "POST", `/api/v1/requirement-sets/${set}/steps/revise`, {});
  await sends(tab, "POST", "/api/v1/requirements", { set, statement: "The tray holds 12 l." });
  await tab.context().close();
  return set;
}

export const checks = {
  "a set is released, compared and shown to its customer by keys, and the proof of it is saved": async (world) => {
    const set = await written(world);
    const ada = await comes(world, personOf(world, "ada"), `/requirement-sets/${set}`);
    await ada.open('a[href$="/release"]');
    await ada.type('textarea[name="reason"]', "The tray has a size now.");
    await ada.send();
    holds(/Revision 2/.test(await ada.words()), `there is no second revision: ${await ada.words()}`);
    await ada.open('a[href*="/compare?from=1&to=2"]');
    holds((await ada.words()).includes("12 l"), "what changed is not shown");
    await ada.tab.goto(`/requirement-sets/${set}`);
    await ada.open('form[action$="/offer"] button');
    const seen = (await sends(ada.tab, "GET", `/api/v1/requirement-sets/${set}`)).offered;
    holds(seen === 2, `the customer is shown ${seen}`);
    const proof = `a.proof[href^="/entries/"]`;
    // The log is sealed once a second.
    await until(async () => {
      await ada.tab.goto(`/requirement-sets/${set}`);
      await ada.open(proof);
      return (await ada.tab.locator('a[href$="/proof.tlog-proof"]').count()) > 0;
    }, "the deed is sealed", 20_000);
    await ada.reach('a[href$="/proof.tlog-proof"]');
    const [file] = await Promise.all([ada.tab.waitForEvent("download"), ada.tab.keyboard.press("Enter")]);
    holds(file.suggestedFilename().endsWith(".tlog-proof"), `the file is called ${file.suggestedFilename()}`);
    holds(!wrongsOf(ada.tab).length, "the browser complains");
  },

  "a mail is taken in by the field of files": async (world) => {
    const ada = await comes(world, personOf(world, "ada"), places.mailIntake);
    // The window in which files are chosen is the browser's own. It is waited for before the field is reached, since the
    // browser is told of that beside the keys: a key that is faster opens a window that nobody sees.
    const opened = ada.tab.waitForEvent("filechooser");
    opened.catch(() => {}); // where the field is not reached, that is told
    await ada.reach('form.drop input[type="file"]');
    await ada.tab.keyboard.press("Enter");
    const chooser = await opened;
    const mail = "From: Carl <carl@meridian.example>\r\nTo: ada@kestrel.example\r\nSubject: By keys\r\nMessage-ID: <by-keys@meridian.example>\r\nDate: Mon, 12 Oct 2026 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nA mail without a mouse.\r\n";
    await chooser.setFiles({ name: "keys.eml", mimeType: "message/rfc822", buffer: Buffer.from(mail) });
    await ada.open("form.drop button:not([type=button])");
    holds((await ada.words()).includes("By keys"), `the mail is not there: ${await ada.words()}`);
  },

  "items are judged and signed for two functions, and the customer confirms by a link": async (world) => {
    const { number } = await offered(world, async (person, review) => {
      const by = await comes(world, person, `/reviews/${review}`);
      const items = await by.tab.locator("main fieldset.verdict, main .verdict").count();
      for (let item = 0; item < items; item += 1) await by.choose(`:nth-child(n) .verdict .good input:not(:checked)`);
      await by.open('form[action$="/verdicts"] button.first');
      await by.open('a[href*="/commit?"]');
      same(await violations(by.tab), [], "axe where a function signs");
      await by.choose('input[name="feasible"]');
      await by.type('input[type="password"]', by.password);
      await by.send();
      holds(/committed to|zugesagt/.test(await by.words()), `it is not signed: ${await by.words()}`);
    });
    holds(/^SF-/.test(number), `nothing lies with the customer: ${number}`);
    const link = letterTo(world, meridian).match(/\/sign\/[0-9a-f]+/)[0];
    const context = await world.browser.newContext({ baseURL: world.at, reducedMotion: "reduce", locale: "en-GB" });
    const carl = hands(await context.newPage());
    await carl.tab.goto(link);
    await carl.open('form[action$="/code"] button');
    await carl.type('input[name="code"]', letterTo(world, meridian).match(/your code is (\d{6})/)[1]);
    await carl.open('form[action$="/enter"] button');
    await carl.type('input[name="role"]', "Project engineer");
    await carl.open('button[formaction$="/confirm"]');
    holds((await carl.words()).includes("Thank you"), await carl.words());
  },

  "a message becomes a change, and a function says what that means": async (world) => {
    const ada = await comes(world, personOf(world, "ada"), places.conversation);
    await ada.open('main a[href$="/record"]');
    await ada.open('main a[href^="/changes/new?"]');
    await ada.type('input[name="title"]', "A tray below each pump");
    await ada.reach('select[name="customer"]');
    await ada.tab.keyboard.type("Meridian");
    await ada.type('textarea[name="need"]', "They asked for it.");
    await ada.type('textarea[name="proposal"]', "A tray of 12 l below each.");
    await ada.send();
    holds(/\/changes\/CR-/.test(ada.tab.url()), `no change was raised: ${await ada.words()}`);
    const change = new URL(ada.tab.url()).pathname;
    holds((await ada.tab.locator('a[href$="/ask"]').count()) === 0, "functions can be asked before it was screened");
    await ada.open('main form[action$="/steps/screen"] button');
    await ada.tab.goto(`${change}/affected`);
    await ada.type('input[name="item"]', "Drawing 20-114-03");
    await ada.type('input[name="sort"]', "drawing");
    await ada.send();
    await ada.tab.goto(change);
    await ada.open('a[href$="/ask"]');
    const quality = await ada.tab.locator('label:has-text("Quality") input[name="function"]').getAttribute("value");
    await ada.choose(`input[name="function"][value="${quality}"]`);
    await ada.type('input[name="due"]', "11112027"); // the same day, whichever way round a browser asks for it
    await ada.send();
    holds(new URL(ada.tab.url()).pathname === change, `nobody was asked: ${await ada.words()}`);
    const bob = await comes(world, personOf(world, "bob"), change);
    await bob.open('main a[href*="/impact/"]');
    await bob.type('textarea[name="finding"]', "One drawing more to be checked.");
    await bob.send();
    holds((await bob.words()).includes("One drawing more to be checked."), `the answer is not there: ${await bob.words()}`);
  },
};
