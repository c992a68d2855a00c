// Lets files be dropped on a form or its page, and shows how far each sending is.
import { button, fault, make, word } from "./parts.js";

const form = document.querySelector("form.drop");
const input = form?.querySelector("input[type=file]");

if (input) {
  const names = make("ul", { class: "files" });
  form.append(make("div", { role: "status" }, names));
  let inside = 0;

  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const over = (isOver) => { if (isOver) form.dataset.as = "over"; else delete form.dataset.as; };

  document.addEventListener("dragenter", (event) => { if (hasFiles(event)) { inside += 1; over(true); } });
  document.addEventListener("dragleave", (event) => { if (hasFiles(event)) { inside = Math.max(0, inside - 1); over(inside > 0); } });
  document.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    inside = 0;
    over(false);
    const files = new DataTransfer();
    for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? Infinity : 1)) files.items.add(file);
    if (!files.files.length) return;
    input.files = files.files;
    show();
    form.requestSubmit(); // what else the form requires is asked for by the browser
  });
  input.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    send(new FormData(form, event.submitter ?? undefined));
  });

  function show() {
    names.replaceChildren(...[...input.files].map((file) => make("li", {}, file.name, " ", make("span", { class: "fine" }, sizeOf(file.size)))));
  }

  function send(parts) {
    const label = input.files.length === 1 ? input.files[0].name : word("files", { count: input.files.length });
    const meter = make("progress", { max: 100, value: 0, "aria-label": word("uploading") });
    const far = make("span", { class: "fine" });
    const sending = new XMLHttpRequest();
    const stop = button(word("stop"), { act: "stop", kind: "button small bare", does: () => sending.abort() });
    const line = make("div", { class: "progress" }, make("p", {}, label, " ", far), meter, stop);
    form.querySelector(":scope > .progress")?.remove();
    form.append(line);
    const send = form.querySelector("button:not([type=button])");
    if (send) send.disabled = true;

    const end = (sentence) => {
      if (send) send.disabled = false;
      stop.remove();
      if (!sentence) return;
      line.classList.add("bad");
      line.firstChild.replaceWith(fault(sentence));
    };
    sending.upload.addEventListener("progress", ({ loaded, total }) => {
      meter.value = total ? (100 * loaded) / total : 0;
      far.textContent = loaded < total ? word("far", { loaded: sizeOf(loaded), total: sizeOf(total) }) : word("reading-files");
    });
    sending.addEventListener("load", () => {
      if (sending.status < 400) return location.assign(sending.responseURL);
      end(faultOf(sending));
    });
    sending.addEventListener("error", () => end(word("no-connection")));
    sending.addEventListener("abort", () => end(word("stopped")));
    sending.open("POST", form.action);
    sending.setRequestHeader("Accept", "text/html, application/problem+json;q=0.9");
    sending.send(parts);
  }

  /** The sentence of a refusal, be it a problem in JSON or a page with faults. */
  function faultOf(sending) {
    if (/\bjson\b/.test(sending.getResponseHeader("Content-Type") ?? "")) {
      const problem = JSON.parse(sending.responseText);
      return problem.errors?.map(({ detail }) => detail).join(" ") || problem.detail || problem.title;
    }
    const page = new DOMParser().parseFromString(sending.responseText, "text/html");
    return page.querySelector("main :is([role=alert], .fault, .note.bad)")?.textContent.trim() || word("not-uploaded");
  }
}

/** A size as people say it, in the person's language. */
function sizeOf(bytes) {
  const [size, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(document.documentElement.lang || "en", { style: "unit", unit, maximumFractionDigits: size < 10 ? 1 : 0 }).format(size);
}
