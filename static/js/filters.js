// Lets people narrow a long filter by typing, keeps the address of a list short, and lets its controls say what it shows on the
// way back. Without this script filters can still be opened and closed, and addresses are longer.

const form = document.getElementById("find"); // only on the find page; other pages have filters too
form?.addEventListener("formdata", ({ formData }) => {
  const words = form.elements.q;
  if (words.value !== words.defaultValue) {
    // They were for the words before these were changed.
    formData.delete("exact");
    formData.delete("plain");
  }
  for (const name of ["q", "sort", "strength_at_least"]) {
    if (!formData.get(name)?.trim()) formData.delete(name);
  }
});

// A page that the browser has kept comes back with what was ticked and typed when it was left. The list did not follow that.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  form?.reset();
  for (const field of document.querySelectorAll(".facet__narrow")) field.dispatchEvent(new Event("input"));
});

for (const more of document.querySelectorAll(".facet__more")) {
  const list = more.closest("fieldset");
  const legend = list.querySelector("legend");
  const options = [...list.querySelectorAll(".facet__option")];
  const field = narrowingField(legend.textContent);
  const status = document.createElement("p");
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");

  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const option of options) {
      option.hidden = !option.textContent.toLowerCase().includes(wanted);
    }
    more.open = wanted !== "";
    const left = options.filter((option) => !option.hidden).length;
    status.textContent = wanted && `${left} ${left === 1 ? "option" : "options"}`;
  });
  // Enter would submit the form before anything is ticked.
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  legend.after(field, status);
}

function narrowingField(name) {
  const field = document.createElement("input");
  field.type = "search";
  field.className = "govuk-input facet__narrow";
  field.placeholder = "Type to narrow";
  field.setAttribute("aria-label", `Type to narrow: ${name}`);
  return field;
}
