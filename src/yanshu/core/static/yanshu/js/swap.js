// After a part of the page was swapped, focus stays where it was or goes to the heading of what came; the
// result is spoken. A part that wants the focus carries data-ys-focus; words to be spoken stand in data-ys-say.

const say = (words) => {
  const voice = document.getElementById("ys-say");
  if (!voice || !words) return;
  voice.textContent = "";
  requestAnimationFrame(() => { voice.textContent = words; });
};

const focusable = "a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex]";

const settleFocus = (part) => {
  const wanted = part.querySelector("[data-ys-focus]") ?? (part.matches("[data-ys-focus]") ? part : null);
  const kept = document.activeElement;
  if (!wanted && kept && kept !== document.body && kept.isConnected) return;
  const goal = wanted ?? part.querySelector("h1, h2, h3, h4, [role=alert]");
  if (!goal) return;
  if (!goal.matches(focusable)) goal.setAttribute("tabindex", "-1");
  goal.focus({ preventScroll: false });
};

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  if (!(part instanceof Element) || !part.isConnected) return;
  // What is fetched again and again by itself takes neither focus nor voice.
  if (part.matches("[data-ys-quiet]")) return;
  settleFocus(part);
  say((part.matches("[data-ys-say]") ? part : part.querySelector("[data-ys-say]"))?.dataset.ysSay);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.elt.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.elt.removeAttribute("aria-busy");
});

// A page that came back from its own form begins at what is to be corrected.
if (document.referrer && new URL(document.referrer).pathname === location.pathname) {
  document.querySelector("[data-ys-focus]")?.focus();
}
