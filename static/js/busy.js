// Shows that a form has been sent, and how far the work on it is. Without this script people see only the browser's own loading sign.

for (const form of document.querySelectorAll("form[data-busy]")) {
  const note = form.querySelector("[data-busy-note]");
  const button = form.querySelector("[type=submit]");
  const show = (busy) => {
    note.hidden = !busy;
    button.disabled = busy;
  };
  form.addEventListener("submit", (event) => {
    show(true);
    if ("progress" in form.dataset) {
      event.preventDefault();
      send(form, note).catch(() => form.submit()); // as without this script
    }
  });
  window.addEventListener("pageshow", () => show(false)); // after going back from the next page
}

// Sends a form, and reads how far the work is from the lines of the answer. The last one says where the outcome is shown.
async function send(form, note) {
  const bar = note.querySelector("progress");
  const text = note.querySelector("[data-busy-text]");
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/x-ndjson" },
  });
  if (!answer.ok || answer.redirected || !answer.headers.get("Content-Type").startsWith("application/x-ndjson")) {
    throw new Error("no progress");
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let address = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const step = JSON.parse(line);
      address = step.address || "";
      if (step.said) {
        text.textContent = step.said;
      }
      if (step.rows) {
        bar.max = step.rows;
        bar.value = step.done;
      }
    }
  }
  if (!address) {
    throw new Error("the work did not end");
  }
  window.location.assign(address);
}
