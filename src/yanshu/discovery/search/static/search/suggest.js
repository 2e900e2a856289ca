// Titles and names while one types: a combobox with a list box beside it. Without scripts the line is a plain
// search field. Nothing is asked while an input method composes, nor more often than every 160 ms.

const PAUSE = 160;

document.querySelectorAll("[data-ys-suggest]").forEach((field, number) => {
  const list = document.createElement("ul");
  list.id = `ys-find-${number}`;
  list.className = "ys-find__list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.ysSuggestLabel);
  list.hidden = true;
  field.closest(".ys-find").append(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  let waiting = 0;
  let asking = null;
  let typed = field.value;

  const voice = () => document.getElementById("ys-say");
  const isOpen = () => !list.hidden;
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
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
    line.id = `${list.id}-${at}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    line.dataset.url = entry.url;
    const words = document.createElement("span");
    words.textContent = entry.text;
    const kind = document.createElement("span");
    kind.className = "ys-meta";
    kind.textContent = `${entry.words}　${entry.records}`;
    line.append(words, kind);
    return line;
  };
  const show = (entries) => {
    if (!entries.length || document.activeElement !== field) {
      close();
      return;
    }
    list.replaceChildren(...entries.map(row));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    if (voice()) voice().textContent = field.dataset.ysSuggestSome;
  };
  const ask = async () => {
    asking?.abort();
    typed = field.value;
    if (!typed.trim()) {
      close();
      return;
    }
    asking = new AbortController();
    const address = new URL(field.dataset.ysSuggest, location.href);
    address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: asking.signal });
      if (answer.ok && field.value === typed) show((await answer.json()).entries);
    } catch {
      close();
    }
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  };

  field.addEventListener("input", (event) => { if (!event.isComposing) later(); });
  field.addEventListener("compositionend", later);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || !isOpen()) return;
    const lines = [...list.children];
    const at = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = at < 0 ? (step > 0 ? 0 : lines.length - 1) : at + step;
      choose(lines[next] ?? null);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      location.assign(lines[at].dataset.url);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const line = event.target.closest("li");
    if (line) location.assign(line.dataset.url);
  });
  field.addEventListener("blur", () => { clearTimeout(waiting); close(); });
});
