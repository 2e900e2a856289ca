// A machine nobody touches goes back to its first page: sixty seconds are counted down in words, any touch starts again.

const SECONDS = 60;
const ANNOUNCED = [60, 30, 10];
const place = document.querySelector("[data-ys-idle]");

if (place) {
  const number = place.querySelector("[data-ys-idle-left]");
  const voice = document.getElementById("ys-say");
  let left = SECONDS;
  place.hidden = false;
  const again = () => { left = SECONDS; };
  ["pointerdown", "keydown", "input", "htmx:afterSettle"].forEach((kind) => document.addEventListener(kind, again));
  setInterval(() => {
    left -= 1;
    if (number) number.textContent = String(Math.max(0, left));
    if (voice && ANNOUNCED.includes(left)) voice.textContent = `${place.dataset.ysIdleSay} ${left}`;
    if (left <= 0) location.assign(place.dataset.ysIdle);
  }, 1000);
}
