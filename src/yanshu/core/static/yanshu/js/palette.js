// The command palette behind Ctrl K: posts what is typed, so that it stands in no address, and shows the entries
// the server names (core.ui.palette); arrows move, Enter goes there, Esc closes and gives the focus back.

const ENDED = 401; // the log-in, not the search
const opener = document.querySelector("[data-ys-palette]");
const box = document.getElementById("ys-palette");
const field = document.getElementById("ys-palette-q");
const list = document.getElementById("ys-palette-list");
const none = box?.querySelector(".ys-palette__none");
let back = null;
let asked = 0;
let waiting = 0;
let isFresh = true; // the list answers what stands in the field
let goesAtOnce = false; // Enter was pressed before the answer came

const choose = (line) => {
  list.querySelectorAll("[aria-selected=true]").forEach((other) => other.setAttribute("aria-selected", "false"));
  if (!line) {
    field.removeAttribute("aria-activedescendant");
    return;
  }
  line.setAttribute("aria-selected", "true");
  line.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", line.id);
};

const row = (entry, at) => {
  const line = document.createElement("li");
  line.id = `ys-palette-${at}`;
  line.setAttribute("role", "option");
  line.setAttribute("aria-selected", "false");
  line.dataset.url = entry.url;
  const icon = document.createElement("i");
  icon.className = `bi bi-${entry.icon || "arrow-right"}`;
  icon.setAttribute("aria-hidden", "true");
  const kind = document.createElement("span");
  kind.className = "ys-meta";
  kind.textContent = entry.kind ?? "";
  if (entry.key) {
    const key = document.createElement("kbd");
    key.textContent = entry.key;
    kind.append("　", key);
  }
  line.append(icon, entry.label, kind);
  return line;
};

const show = (entries) => {
  list.replaceChildren(...entries.map(row));
  field.setAttribute("aria-expanded", String(entries.length > 0));
  if (none) none.hidden = entries.length > 0 || !field.value;
  choose(list.firstElementChild);
};

const question = () => {
  const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
  const address = new URL(opener.dataset.ysPalette, location.href);
  Object.assign(headers, JSON.parse(document.body.getAttribute("hx-headers") ?? "{}"));
  return new Request(address, { method: "POST", headers, body: new URLSearchParams({ q: field.value }) });
};

const ask = async () => {
  const number = ++asked;
  try {
    const answer = await fetch(question());
    if (answer.status === ENDED) {
      box.close();
      document.dispatchEvent(new CustomEvent("ys:logged-out"));
      return;
    }
    if (!answer.ok || number !== asked) return;
    show((await answer.json()).entries ?? []);
    isFresh = true;
    if (goesAtOnce) go();
  } catch {
    document.dispatchEvent(new CustomEvent("htmx:sendError"));
  }
};

const go = () => {
  goesAtOnce = !isFresh;
  if (goesAtOnce) return;
  const line = list.querySelector("[aria-selected=true]");
  if (line) location.assign(line.dataset.url);
};

const open = () => {
  if (box.open) return;
  back = document.activeElement;
  field.value = "";
  box.showModal();
  field.focus();
  ask();
};

if (opener && box && field && list) {
  opener.addEventListener("click", (event) => { event.preventDefault(); open(); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    isFresh = goesAtOnce = false;
    asked += 1; // an answer still on its way is to another question
    waiting = setTimeout(ask, 80);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const lines = [...list.children];
    const at = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && lines.length) {
      event.preventDefault();
      choose(lines[(at + step + lines.length) % lines.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go();
    }
  });
  list.addEventListener("click", (event) => {
    choose(event.target.closest("li"));
    isFresh = true; // what was clicked is what is meant
    go();
  });
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  box.addEventListener("close", () => back?.focus?.());
}
