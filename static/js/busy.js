// Shows that a form has been sent and is being processed. Without this script people see only the browser's own loading sign.

for (const form of document.querySelectorAll("form[data-busy]")) {
  const note = form.querySelector("[data-busy-note]");
  const button = form.querySelector("[type=submit]");
  const show = (busy) => {
    note.hidden = !busy;
    button.disabled = busy;
  };
  form.addEventListener("submit", () => show(true));
  window.addEventListener("pageshow", () => show(false)); // after going back from the next page
}
