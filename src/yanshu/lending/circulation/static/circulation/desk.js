// The circulation desk: scans may come faster than answers. Whatever is sent is taken as it stands at that moment
// and waits for what was sent before it; the field is free for the next scan at once. A scan belongs to the mode
// last pressed, whether or not the answer to that key has come. Without scripts the same forms send whole pages.

const field = document.getElementById("desk-code");
let queue = Promise.resolve();
let pressed = null;

const modeNow = () => pressed?.mode ?? document.getElementById("desk-mode-value")?.value ?? "lend";

const show = (button) => {
  const word = document.getElementById("desk-mode");
  if (word) word.textContent = button.dataset.deskLabel;
  document.querySelectorAll("#desk-keys [name=mode]").forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
};

const send = (url, values, key = null) => {
  queue = queue.then(async () => {
    await window.htmx.ajax("POST", url, { source: "#desk-answer", target: "#desk-answer", values }).catch(() => undefined);
    if (key && pressed === key) pressed = null;
  });
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-desk]") || !window.htmx) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const values = new FormData(form, event.submitter);
  if (form.id === "desk-scan") {
    values.set("mode", modeNow());
    field.value = "";
  }
  const isKey = event.submitter?.name === "mode";
  if (isKey) {
    pressed = { mode: event.submitter.value };
    show(event.submitter);
  }
  send(form.getAttribute("action"), values, isKey ? pressed : null);
}, true);

// What was scanned and not written down comes back into the field. Where the log-in has ended, this tab keeps every
// such code until the desk is opened again and names them there once; then they are forgotten.
const UNSENT = "ys-desk-unsent";
const kept = () => {
  try { return JSON.parse(sessionStorage.getItem(UNSENT) ?? "[]"); } catch { return []; }
};
const keep = (codes) => {
  try {
    if (codes.length) sessionStorage.setItem(UNSENT, JSON.stringify(codes));
    else sessionStorage.removeItem(UNSENT);
  } catch { /* a private window: the field alone keeps the last one */ }
};
const ENDED = 401;
const giveBack = (event) => {
  const code = event.detail.requestConfig?.parameters?.code;
  if (!code || !field) return;
  if (!field.value) {
    field.value = code;
    field.select(); // the next scan takes its place instead of being written behind it
  }
  if (event.detail.xhr?.status === ENDED) keep([...kept(), code]);
};
document.addEventListener("htmx:sendError", giveBack);
document.addEventListener("htmx:responseError", giveBack);

const unsent = kept();
const words = document.getElementById("desk-unsent");
if (unsent.length && words && field) {
  keep([]);
  const note = words.content.firstElementChild.cloneNode(true);
  note.querySelector("[data-desk-codes]").textContent = unsent.join("　");
  document.querySelector("[data-ys-notices]")?.prepend(note);
  field.value = unsent[0];
  field.select();
}

// The scan field takes the focus back and selects what is in it: not what somebody is typing just now.
document.addEventListener("htmx:afterSettle", () => {
  if (field && document.activeElement === field) field.setSelectionRange(field.value.length, field.value.length);
  const key = pressed && document.querySelector(`#desk-keys [value="${pressed.mode}"]`);
  if (key) show(key);
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".desk-lifter") && event.target.open) event.target.querySelector("input:not([type=hidden])")?.focus();
}, true);
