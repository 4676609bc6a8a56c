// Long filters can be narrowed by typing, and the address of a list is as short as it can be. Without this script they stay
// plain folds, and addresses longer.

const form = document.getElementById("find"); // of the find page; filters stand elsewhere too
form?.addEventListener("formdata", ({ formData }) => {
  const words = form.elements.q;
  if (words.value !== words.defaultValue) formData.delete("exact"); // it was said of other words
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
  // Enter would send the form before anything is ticked.
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
