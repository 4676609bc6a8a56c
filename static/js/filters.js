// Long filters can be narrowed by typing. Without this script they stay plain folds.

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
    status.textContent = wanted && `${options.filter((option) => !option.hidden).length} options`;
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
