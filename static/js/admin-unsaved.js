// Asks before what somebody typed is lost: when they leave a page, or send one of its forms while another holds text. Forms that
// only filter or choose hold none. Without this script nothing asks, and everything else works.

const NO_TEXT = /^(hidden|checkbox|radio|file|submit|button|image|reset)$/;
const SECRET = /^(one-time-code|current-password|new-password)$/;

const takesText = (field) =>
  field.matches("textarea, input") && !NO_TEXT.test(field.type) && !SECRET.test(field.autocomplete) && !field.readOnly;
const canBeLost = (form) =>
  form?.method === "post" && !("passkey" in form.dataset) && [...form.elements].some(takesText);

const unsaved = new Set(document.querySelectorAll("form[data-unsaved]"));
let sent = null;

function note(field) {
  if (canBeLost(field.form)) unsaved.add(field.form);
}

// What the server refused is on the page again, and saved nowhere: in the form that has the errors, even if that has only a box to
// tick, or else in the only form that holds text.
if (document.body.classList.contains("portal-unsaved")) {
  const holdsText = (form) => canBeLost(form) && [...form.elements].some((field) => takesText(field) && field.value);
  const refused = [...document.forms].filter((form) => form.querySelector(".errorlist"));
  const holding = refused.length ? refused.filter(canBeLost) : [...document.forms].filter(holdsText);
  if (refused.length || holding.length === 1) for (const form of holding) unsaved.add(form);
}

document.addEventListener("input", (event) => note(event.target));
document.addEventListener("change", (event) => note(event.target));
// Lists that can be searched tell only jQuery. Django's script tells the same of each of them when the page is ready, although
// nobody has touched it; its turn comes before this one.
window.django?.jQuery?.(() => django.jQuery(document).on("change", "select", (event) => note(event.target)));

document.addEventListener("submit", (event) => {
  sent = event.target;
});
addEventListener("beforeunload", (event) => {
  if ([...unsaved].some((form) => form !== sent && form.isConnected)) event.preventDefault();
  sent = null; // whoever stays on the page has not sent it
});
