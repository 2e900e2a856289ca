// Toasts leave after six seconds but stay while somebody reads them; a lost network is said until it is over.

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
// A part that could not be fetched: its page of failure carries a number, which is said here; the page stays as it is.
let broken = null;
document.addEventListener("htmx:responseError", (event) => {
  const words = document.getElementById("ys-broken");
  const place = document.querySelector("[data-ys-notices]") ?? document.getElementById("main");
  if (!words || !place) return;
  broken?.remove();
  broken = words.content.firstElementChild.cloneNode(true);
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const number = page.querySelector("main .ys-code")?.textContent;
  if (number) broken.querySelector("[data-ys-number]").textContent = number;
  place.prepend(broken);
});
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
