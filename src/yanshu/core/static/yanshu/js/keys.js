// Keys are declared on the buttons and links they press: data-key="F3", data-key="Ctrl Z", data-key="n".
// Single letters rest while a field has the focus, and can be switched off for good on the sheet behind "?".

const LETTERS = "ys-letters-off";
const lettersOn = () => {
  try { return localStorage.getItem(LETTERS) !== "1"; } catch { return true; }
};

const nameOf = (event) => {
  const named = { " ": "Space", Escape: "Esc" };
  const key = named[event.key] ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const held = (event.ctrlKey || event.metaKey ? "Ctrl " : "") + (event.altKey ? "Alt " : "");
  return held + (held && key.length === 1 ? key.toUpperCase() : key);
};

const inField = (target) =>
  target instanceof Element &&
  target.closest("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");

const written = (element) => (element.dataset.key === "Escape" ? "Esc" : element.dataset.key);

const isShown = (element) => element.getClientRects().length > 0 && !element.disabled;

const pressed = (name) =>
  [...document.querySelectorAll("[data-key]")].find((element) => written(element) === name && isShown(element));

const labelOf = (element) =>
  element.dataset.keyLabel ?? element.getAttribute("aria-label") ??
  element.textContent.replace(element.querySelector("kbd")?.textContent ?? "", "").trim();

const openHelp = () => {
  const sheet = document.getElementById("ys-help");
  const list = sheet?.querySelector("[data-ys-help]");
  if (!list || sheet.open) return;
  list.querySelectorAll("[data-ys-listed]").forEach((line) => line.remove());
  const listed = new Set();
  for (const element of document.querySelectorAll("[data-key]")) {
    if (!isShown(element) || listed.has(written(element))) continue;
    listed.add(written(element));
    const name = document.createElement("dt");
    const key = document.createElement("kbd");
    key.textContent = written(element);
    name.append(key);
    const words = document.createElement("dd");
    words.textContent = labelOf(element);
    [name, words].forEach((line) => { line.dataset.ysListed = ""; list.append(line); });
  }
  const letters = sheet.querySelector("[data-ys-letters]");
  if (letters) letters.checked = lettersOn();
  sheet.showModal();
};

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-ys-letters]")) return;
  try { localStorage.setItem(LETTERS, event.target.checked ? "0" : "1"); } catch { /* private window: holds for this page only */ }
});

const act = (element) => {
  if (element.matches("input:not([type=submit], [type=button]), textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  const name = nameOf(event);
  const isLetter = name.length === 1;
  if (isLetter && (inField(event.target) || !lettersOn())) return;
  if (name === "Ctrl Z" && inField(event.target) && event.target.value) return;
  if (name === "?") {
    event.preventDefault();
    openHelp();
    return;
  }
  const search = name === "/" ? document.querySelector(".ys-filter input:not([type=hidden]), .ys-search input") : null;
  const element = pressed(name) ?? search;
  if (!element) return;
  event.preventDefault();
  act(element);
});
