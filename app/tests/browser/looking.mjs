// Windows that tell of whatever runs in them, and how a page is looked at for it.
import { sideways, violations } from "./world.mjs";

const phone = { width: 360, height: 800 }, desk = { width: 1280, height: 860 };

/** What ran, or tried to: dialogs, breaches of the policy, windows that opened, leaving for elsewhere. */
export function guarded(tab) {
  tab.ran = [];
  tab.on("dialog", async (dialog) => {
    if (dialog.type() !== "beforeunload") tab.ran.push(`a dialog: ${dialog.message()}`);
    await dialog.dismiss().catch(() => {});
  });
  tab.on("popup", () => tab.ran.push("a window opened"));
  tab.on("console", (said) => {
    const words = said.text();
    if (/Content Security Policy|Refused to/.test(words)) tab.ran.push(`policy: ${words.slice(0, 200)} at ${tab.url()}`);
  });
  return tab;
}

/** What was found: how many pages were looked at, and what is wrong. */
export const nothingYet = () => ({ pages: 0, shown: 0, dark: 0, sent: 0, looked: new Set(), forms: [], wrongs: [] });

/** How bright the ground of a page is: 0 is black, 255 white. */
const brightness = (tab) => tab.evaluate(() => {
  const grounds = [document.body, document.documentElement].map((each) => getComputedStyle(each).backgroundColor);
  const paper = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  paper.fillStyle = grounds.find((each) => each !== "transparent" && each !== "rgba(0, 0, 0, 0)") ?? "white";
  paper.fillRect(0, 0, 1, 1);
  return Math.max(...paper.getImageData(0, 0, 1, 1).data.slice(0, 3));
});

/** What a page says of itself: where its links and forms lead, and whether it shows a script as words. */
const facts = (tab) => tab.evaluate(() => ({
  links: [...document.querySelectorAll("a[href]")].map((each) => each.href),
  actions: [...document.querySelectorAll("main form[method=post]")].map((form) => form.getAttribute("action") ?? location.pathname),
  isShown: document.documentElement.outerHTML.includes("alert(1)"),
}));

/** Looks at the page that a window shows, by day and by night, on a desk and on a phone; where its forms go. */
export async function seen(tab, name, isDark, told) {
  const path = new URL(tab.url()).pathname, { links, actions, isShown } = await facts(tab);
  const bad = links.filter((each) => /^(javascript|data|vbscript):/i.test(each));
  told.wrongs.push(...bad.map((it) => `${path} leads to ${it}`));
  told.pages += 1;
  if (isShown) {
    told.shown += 1;
    await tab.setViewportSize(phone);
    const wide = (await sideways(tab)).filter((it) => it.startsWith("the page"));
    await tab.setViewportSize(desk);
    told.wrongs.push(...wide.map((it) => `${name} at ${path} on a phone: ${it}`));
  }
  told.wrongs.push(...tab.ran.splice(0).map((it) => `${name} at ${path}: ${it}`));
  if (isDark && isShown) {
    await tab.emulateMedia({ colorScheme: "dark" });
    told.dark += 1;
    if ((await brightness(tab)) >= 100) told.wrongs.push(`${path} is not dark`);
    const pale = (await violations(tab)).filter((it) => it.startsWith("color-contrast"));
    tab.ran.length = 0; // what the policy says to the styles that axe tries is no fault of the page
    await tab.emulateMedia({ colorScheme: "light" });
    told.wrongs.push(...pale.map((it) => `${name} at ${path} in the dark: ${it}`));
  }
  return actions;
}

/** Goes to a page and looks at it; whether it is one. */
export async function visit(tab, { who, path, isDark }, told) {
  const answer = await tab.goto(path).catch(() => null); // what is saved is no page
  if (!answer || !/text\/html/.test(answer.headers()["content-type"] ?? "")) return false;
  if (answer.status() >= 500) told.wrongs.push(`${path} answers ${answer.status()}`);
  const actions = await seen(tab, who ?? "nobody", isDark, told);
  if (answer.status() !== 200) return false;
  told.forms.push(...actions.filter((it) => it.startsWith("/")).map((action) => ({ who, path, action })));
  return true;
}
