// The circulation desk: scans may come faster than answers. The field is emptied as a scan is sent, what is typed
// meanwhile stays, and a scan that could not be sent comes back into the field.

const form = document.getElementById("desk-scan");
const field = document.getElementById("desk-code");
let sent = "";

if (form && field) {
  form.addEventListener("htmx:configRequest", () => {
    sent = field.value;
    field.value = "";
  });
  form.addEventListener("htmx:sendError", () => {
    if (!field.value) field.value = sent;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (document.activeElement === field) field.setSelectionRange(field.value.length, field.value.length);
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.(".desk-lifter") && event.target.open) event.target.querySelector("input:not([type=hidden])")?.focus();
  }, true);
}
