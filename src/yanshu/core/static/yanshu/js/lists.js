// Ticking rows of a list: the box in the head ticks the page, Shift ticks a run, the bulk bar says how many.

let last = null;
const boxes = (form) => [...form.querySelectorAll("input[data-ys-tick]")];

const tell = (form) => {
  const ticked = boxes(form).filter((box) => box.checked).length;
  const all = form.querySelector("input[data-ys-tick-all]");
  if (all) {
    all.checked = ticked > 0 && ticked === boxes(form).length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
  const bar = form.querySelector("[data-ys-bulk]");
  if (!bar) return;
  const everything = bar.querySelector("input[name=all]")?.checked;
  bar.hidden = ticked === 0 && !everything;
  const words = bar.querySelector("[data-ys-bulk-count]");
  if (words?.dataset.ysWords) words.textContent = words.dataset.ysWords.replace("#", String(ticked));
};

const ready = (form) => {
  const all = form.querySelector("input[data-ys-tick-all]");
  if (all) all.hidden = false;
  tell(form);
};

const start = () => document.querySelectorAll("form").forEach((form) => {
  if (form.querySelector("[data-ys-tick], [data-ys-bulk]")) ready(form);
});

document.addEventListener("click", (event) => {
  const at = event.target;
  if (!(at instanceof Element)) return;
  const form = at.closest("form");
  if (!form) return;
  if (at.matches("input[data-ys-tick-all]")) boxes(form).forEach((box) => { box.checked = at.checked; });
  if (at.matches("input[data-ys-tick]")) {
    const row = boxes(form);
    if (event.shiftKey && last && row.includes(last)) {
      const [from, to] = [row.indexOf(last), row.indexOf(at)].sort((a, b) => a - b);
      row.slice(from, to + 1).forEach((box) => { box.checked = at.checked; });
    }
    last = at;
  }
  if (at.closest("[data-ys-bulk-clear]")) {
    boxes(form).forEach((box) => { box.checked = false; });
    const everything = form.querySelector("[data-ys-bulk] input[name=all]");
    if (everything) everything.checked = false;
  }
  if (form.querySelector("[data-ys-bulk]")) tell(form);
});

document.addEventListener("htmx:afterSettle", start);
start();
