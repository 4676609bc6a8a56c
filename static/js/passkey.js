// Makes or uses a passkey when a form with data-passkey is sent, and sends what the browser answers. Without it people enter a code.

const form = document.querySelector("[data-passkey]");
const error = form.querySelector("[data-passkey-error]");
const options = JSON.parse(document.querySelector("#passkey-options").textContent);

// Bytes travel as base64 without the characters that mean something in addresses.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function publicKey() {
  const key = { ...options, challenge: bytes(options.challenge) };
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    key[list] = key[list]?.map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return key;
}

function asText({ id, rawId, type, response }) {
  const said = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) said[part] = text(response[part]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return JSON.stringify({ id, rawId: text(rawId), type, response: said, clientExtensionResults: {} });
}

if (window.PublicKeyCredential) {
  form.hidden = false;
  document.querySelector("[data-passkey-missing]").hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    try {
      const answer = await navigator.credentials[form.dataset.passkey]({ publicKey: publicKey() });
      form.elements.passkey.value = asText(answer);
      form.submit();
    } catch (problem) {
      error.textContent =
        problem.name === "InvalidStateError"
          ? "This device has a passkey of yours already."
          : "The passkey was not used: it was cancelled, took too long, or is not on this device. Try again.";
    }
  });
}
