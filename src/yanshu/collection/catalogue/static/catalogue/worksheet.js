// The rows of the MARC worksheet: added, removed and moved here instead of on the server, and by keys:
// Enter new field, F7 subfield mark, Alt ↑ ↓ move, Alt Delete remove. What the server reads stays the same
// three fields a row.

const MARK = "‡";
const sheet = document.querySelector("[data-ys-marc]");
const list = sheet?.querySelector("ol");
const blank = sheet?.querySelector("template");
const back = sheet?.querySelector("[data-ys-row-back]");
const removed = [];

const rows = () => [...list.children];
const part = (row, name) => row.querySelector(`[name="${name}"]`);
const isLeader = (row) => part(row, "tag").readOnly;

const say = (words) => {
  const region = document.getElementById("ys-say");
  if (region) region.textContent = words;
};

const fit = (field) => {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
};

const add = (row) => {
  const fresh = blank.content.firstElementChild.cloneNode(true);
  row.after(fresh);
  part(fresh, "tag").focus();
};

const remove = (row) => {
  if (isLeader(row)) return;
  const beside = row.nextElementSibling ?? row.previousElementSibling;
  removed.push([row, row.previousElementSibling]);
  row.remove();
  back.hidden = false;
  part(beside, "content").focus();
  say(`− ${part(row, "tag").value}`);
};

const putBack = () => {
  const [row, before] = removed.pop() ?? [];
  if (!row) return;
  if (before?.isConnected) before.after(row);
  else list.append(row);
  back.hidden = removed.length === 0;
  part(row, "content").focus();
};

const move = (row, step, focused) => {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (isLeader(row) || !other || isLeader(other)) return;
  if (step < 0) other.before(row);
  else other.after(row);
  focused.focus();
  say(`${part(row, "tag").value}: ${rows().indexOf(row) + 1}`);
};

const acts = {
  add: (row) => add(row),
  remove: (row) => remove(row),
  up: (row, button) => move(row, -1, button),
  down: (row, button) => move(row, 1, button),
};

const toColumn = (row, name) => {
  const field = row && part(row, name);
  if (!field) return false;
  field.focus();
  return true;
};

// Arrows go from row to row where the caret has nowhere else to go.
const arrow = (event, row, field) => {
  const step = event.key === "ArrowUp" ? -1 : 1;
  if (event.altKey) {
    event.preventDefault();
    move(row, step, field);
    return;
  }
  const caret = field.selectionStart;
  const isAtEdge = field.name !== "content" || (step < 0 ? caret === 0 : caret === field.value.length);
  const next = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (isAtEdge && toColumn(next, field.name)) event.preventDefault();
};

const onKey = (event) => {
  const field = event.target;
  const row = field.closest?.("li");
  if (!row || event.isComposing || !field.matches("input, textarea")) return;
  if (event.key === "Enter" && !event.ctrlKey) {
    event.preventDefault();
    add(row);
  } else if (event.key === "F7" && field.name === "content") {
    event.preventDefault();
    field.setRangeText(MARK, field.selectionStart, field.selectionEnd, "end");
  } else if (event.key === "Delete" && event.altKey) {
    event.preventDefault();
    remove(row);
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    arrow(event, row, field);
  }
};

// A full tag leads to the indicators, full indicators to the content; control fields have no indicators.
const onInput = (event) => {
  const field = event.target;
  const row = field.closest("li");
  if (field.name === "content") {
    fit(field);
    return;
  }
  if (event.inputType !== "insertText" || field.value.length < field.maxLength) return;
  const isControl = part(row, "tag").value.startsWith("00");
  const next = part(row, field.name === "tag" && !isControl ? "indicators" : "content");
  if (next.name === "content" && !next.value && !isControl) next.value = `${MARK}a`;
  next.focus();
  if (next.name === "content") next.setSelectionRange(next.value.length, next.value.length);
  else next.select();
};

if (list) {
  list.addEventListener("keydown", onKey);
  list.addEventListener("input", onInput);
  sheet.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.ysRow) {
      event.preventDefault();
      acts[button.dataset.ysRow](button.closest("li"), button);
    } else if (button.hasAttribute("data-ys-row-last")) {
      event.preventDefault();
      add(list.lastElementChild);
    } else if (button === back) {
      putBack();
    }
  });
  list.querySelector(".has-error textarea")?.focus();
}
