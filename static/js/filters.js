// Lets people narrow a long filter by typing, and keeps the address of a list short. Without this script filters can still be
// opened and closed, and addresses are longer.

const form = document.getElementById("find"); // only on the find page; other pages have filters too
form?.addEventListener("formdata", ({ formData }) => {
  const words = form.elements.q;
  if (words.value !== words.defaultValue) formData.delete("exact"); // it was for the words before they were changed
  if (!words.value.trim()) formData.delete("q");
  if (!formData.get("sort")) formData.delete("sort");
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
