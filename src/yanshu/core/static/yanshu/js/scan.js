// The scan field takes the focus back after every act; yes is one high tone, no a low double one.
// A field of this kind carries data-ys-scan; a verdict carries data-ys-verdict="yes|no|wait"; a line of success
// that came without a panel carries data-ys-tone="yes".

let audio = null;
const beep = (pitch, start, length) => {
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.16, audio.currentTime + start);
  loudness.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + start + length);
  tone.connect(loudness).connect(audio.destination);
  tone.start(audio.currentTime + start);
  tone.stop(audio.currentTime + start + length);
};
const TONES = {
  yes: () => beep(1320, 0, 0.12),
  wait: () => { beep(880, 0, 0.1); beep(1175, 0.12, 0.12); },
  no: () => { beep(220, 0, 0.18); beep(196, 0.24, 0.28); },
};
const sound = (kind) => {
  if (!TONES[kind] || !window.AudioContext) return;
  audio ??= new AudioContext();
  audio.resume().then(TONES[kind]).catch(() => undefined);
};

const field = () => document.querySelector("[data-ys-scan]:not([disabled])");
const takeFocus = () => {
  const scan = field();
  if (!scan || document.querySelector("dialog[open]")) return;
  if (document.activeElement === scan) return; // somebody is typing
  scan.focus();
  scan.select();
};

const hear = (part) => {
  const sign = part.querySelector?.("[data-ys-verdict]") ?? (part.matches?.("[data-ys-verdict]") ? part : null);
  const line = part.querySelector?.("[data-ys-tone]") ?? (part.matches?.("[data-ys-tone]") ? part : null);
  sound(sign?.dataset.ysVerdict ?? line?.dataset.ysTone);
};

if (field()) {
  hear(document.getElementById("main") ?? document.body);
  takeFocus();
  document.addEventListener("htmx:afterSettle", (event) => {
    hear(event.detail.elt);
    takeFocus();
  });
  // What could not be sent or was not understood has not been written down: that is heard, too.
  ["htmx:sendError", "htmx:responseError"].forEach((kind) => document.addEventListener(kind, () => sound("no")));
  document.addEventListener("click", (event) => {
    const at = event.target;
    if (at instanceof Element && at.closest("main") && !at.closest("a, button, input, select, textarea, label, summary, [tabindex]")) takeFocus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    const panel = document.querySelector("[data-ys-verdict='no'], [data-ys-verdict='wait']");
    if (!panel) return;
    panel.remove();
    event.preventDefault();
    event.stopImmediatePropagation();
    takeFocus();
  }, true);
}
