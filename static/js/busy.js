// Says that a form was sent and is being worked on. Without this script the browser's own sign of loading is all there is.

for (const form of document.querySelectorAll("form[data-busy]")) {
  const note = form.querySelector("[data-busy-note]");
  const button = form.querySelector("[type=submit]");
  const show = (busy) => {
    note.hidden = !busy;
    button.disabled = busy;
  };
  form.addEventListener("submit", () => show(true));
  window.addEventListener("pageshow", () => show(false)); // back from the next page
}
