// Toasts leave after six seconds but stay while somebody reads them; a lost network is said until it is over;
// a log-in that has ended is said where it was noticed, with the way back.

const STAY_MS = 6000;

const dismissLater = (toast) => {
  let timer = 0;
  const start = () => { timer = setTimeout(() => toast.remove(), STAY_MS); };
  const stay = () => clearTimeout(timer);
  ["pointerenter", "focusin"].forEach((kind) => toast.addEventListener(kind, stay));
  ["pointerleave", "focusout"].forEach((kind) => toast.addEventListener(kind, start));
  toast.querySelector("[data-ys-toast-close]")?.addEventListener("click", () => toast.remove());
  toast.dataset.ysTimed = "";
  start();
};

const watchToasts = (part) => part.querySelectorAll("[data-ys-toast]:not([data-ys-timed])").forEach(dismissLater);
watchToasts(document);
document.addEventListener("htmx:afterSettle", () => watchToasts(document));

let note = null;
const network = (isDown) => {
  document.querySelectorAll("[data-ys-offline-word]").forEach((word) => { word.hidden = !isDown; });
  if (!isDown) {
    note?.remove();
    note = null;
    return;
  }
  const words = document.getElementById("ys-offline");
  const place = document.querySelector("[data-ys-notices]") ?? document.getElementById("main");
  if (note || !words || !place) return;
  note = words.content.firstElementChild.cloneNode(true);
  place.prepend(note);
};
// A part that could not be fetched; the page stays as it is. A page of failure carries a number, which is said here.
const ENDED = 401;
let broken = null;
const noteOf = (id) => {
  const words = document.getElementById(id);
  const place = document.querySelector("[data-ys-notices]") ?? document.getElementById("main");
  if (!words || !place) return;
  broken?.remove();
  broken = words.content.firstElementChild.cloneNode(true);
  place.prepend(broken);
};
const loggedOut = () => {
  noteOf("ys-logged-out");
  const way = broken?.querySelector("[data-ys-log-in]");
  if (way) way.search = new URLSearchParams({ next: location.pathname + location.search });
};
const failed = (page) => {
  noteOf("ys-broken");
  const number = new DOMParser().parseFromString(page, "text/html").querySelector("main .ys-code")?.textContent;
  if (broken && number) broken.querySelector("[data-ys-number]").textContent = number;
};
document.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  if (answer.status === ENDED) loggedOut();
  else failed(answer.responseText);
});
document.addEventListener("ys:logged-out", loggedOut);
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (!event.detail.successful) return;
  broken?.remove();
  broken = null;
});

window.addEventListener("offline", () => network(true));
window.addEventListener("online", () => network(false));
document.addEventListener("htmx:sendError", () => network(true));
document.addEventListener("htmx:afterOnLoad", () => network(false));
if (!navigator.onLine) network(true);
