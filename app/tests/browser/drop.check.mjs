// Whether files dropped on a page are taken in, and a refusal is said where they were dropped.
import { enter, holds, personOf, places, until } from "./world.mjs";

async function drop(tab, name, content) {
  await tab.evaluate(([name, content]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], name, { type: "message/rfc822" }));
    for (const kind of ["dragenter", "dragover", "drop"]) document.querySelector("main").dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }, [name, content]);
}

const mail = (id) => `From: Carl <carl@meridian.example>\r\nTo: ada@kestrel.example\r\nSubject: Dropped ${id}\r\nMessage-ID: <${id}@meridian.example>\r\nDate: Mon, 12 Oct 2026 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nA dropped mail.\r\n`;

export const checks = {
  "a mail dropped on the page is sent, and the page goes on": async (world) => {
    const tab = await enter(world, personOf(world, "ada"));
    await tab.goto(places.mailIntake);
    await tab.locator("form.drop ul.files").waitFor({ state: "attached" });
    const sent = tab.waitForRequest((request) => request.method() === "POST");
    const gone = tab.waitForNavigation();
    await drop(tab, "dropped.eml", mail("dropped-1"));
    holds(((await sent).headers()["content-type"] ?? "").startsWith("multipart/form-data"), "the file is not sent as a form");
    await gone;
    holds((await tab.locator("h1").count()) === 1, "no page after the files");
  },

  "a refused file is said in the form, which can be used again": async (world) => {
    const tab = await enter(world, personOf(world, "ada"));
    await tab.goto(places.mailIntake);
    await tab.locator("form.drop ul.files").waitFor({ state: "attached" });
    await tab.route("**/*", (route) => (route.request().method() === "POST"
      ? route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify({ title: "Not taken", detail: "This is no mail. Choose an .eml file." }) })
      : route.fallback()));
    await drop(tab, "wrong.exe", "MZ");
    await tab.locator("form.drop .progress.bad").waitFor();
    holds((await tab.locator("form.drop .fault").innerText()).includes("Choose an .eml file."), "the reason is not shown");
    await until(() => tab.locator("form.drop button:not([type=button])").first().isEnabled(), "the form can be sent again");
  },
};
