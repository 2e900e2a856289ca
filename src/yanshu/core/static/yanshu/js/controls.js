// Small controls: dialogs, copying, printing, selects that send their form, dropped files, busy buttons, menus.

document.addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target : null;
  if (!at) return;
  const opener = at.closest("[data-ys-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.ysOpen);
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
      dialog.querySelector("[data-ys-safe]")?.focus();
    }
  }
  if (at.closest("[data-ys-close]")) at.closest("dialog")?.close();
  if (at.closest("[data-ys-print]")) window.print();
  const copier = at.closest("[data-ys-copy]");
  if (copier) copy(copier);
  document.querySelectorAll("details.ys-drop-down[open], details.ys-more[open]").forEach((menu) => {
    if (!menu.contains(at)) menu.removeAttribute("open");
  });
});

const copy = async (button) => {
  const words = button.dataset.ysCopy;
  try {
    await navigator.clipboard.writeText(words);
    button.setAttribute("data-ys-copied", "");
    const voice = document.getElementById("ys-say");
    if (voice) voice.textContent = button.dataset.ysCopiedWords ?? words;
  } catch {
    window.prompt(button.textContent.trim(), words);
  }
};

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.ys-drop-down[open], details.ys-more[open]");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("select[data-ys-autosubmit]")) event.target.form?.requestSubmit();
});

// A sheet that was opened to be printed: the dialogue comes by itself, once its letters and lines are there.
if (document.querySelector("[data-ys-print-now]")) window.addEventListener("load", () => window.print(), { once: true });

// A form is sent once: the button that sent it says that it works, and speaks again when the page comes back.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented || button.form?.hasAttribute("hx-post") || button.form?.method === "dialog") return;
  if (button.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  setTimeout(() => button.setAttribute("aria-busy", "true"));
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("button[aria-busy=true]").forEach((button) => {
    if (!button.hasAttribute("data-ys-busy")) button.removeAttribute("aria-busy");
  });
});

document.querySelectorAll("[data-ys-drop]").forEach((place) => {
  const field = place.querySelector("input[type=file]");
  if (!field) return;
  const mark = (isOver) => place.classList.toggle("is-over", isOver);
  place.addEventListener("dragover", (event) => { event.preventDefault(); mark(true); });
  place.addEventListener("dragleave", () => mark(false));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
});

// What was refused in a field is said of what stood there: once that is changed, field and note no longer say it.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!(field instanceof Element) || field.getAttribute("aria-invalid") !== "true") return;
  field.removeAttribute("aria-invalid");
  field.classList.remove("is-invalid");
  document.getElementById(`${field.id}_error`)?.remove();
  const note = document.querySelector("[data-ys-wrong]");
  const link = [...(note?.querySelectorAll("a") ?? [])].find((one) => one.hash === `#${field.id}`);
  if (!link) return;
  const list = link.parentElement.parentElement;
  link.parentElement.remove();
  list.lastElementChild?.querySelector("[data-ys-between]")?.remove();
  note.querySelectorAll("[data-ys-left]").forEach((words) => {
    words.hidden = Number(words.dataset.ysLeft) !== list.childElementCount;
  });
  if (!list.childElementCount) (note.querySelectorAll("p").length > 1 ? list.closest("p") : note).remove();
});
