// Gives the fields that are found by typing the names that their labels say: Select2, which Django's admin brings, does not.

for (const select of document.querySelectorAll("select.admin-autocomplete[multiple]")) {
  // Each choice has a button that removes it; one more that removes all would stand where only list items may.
  select.dataset.allowClear = "false";
}
for (const heading of document.querySelectorAll("th.original:empty")) {
  heading.append(hidden("Row"));
}

function hidden(words) {
  const span = document.createElement("span");
  span.className = "visually-hidden";
  span.textContent = words;
  return span;
}

function nameOf(select) {
  return select.labels[0]?.textContent.replace(/:\s*$/, "").trim() || select.getAttribute("aria-label") || "";
}

function name(select) {
  const shown = select.parentElement.querySelector(".select2-selection");
  const field = shown?.querySelector(".select2-search__field");
  if (field) {
    field.setAttribute("aria-label", nameOf(select));
  } else if (shown) {
    // Its name and what is chosen, in this order. What is chosen is text: no field of its own within the field.
    const chosen = shown.querySelector(".select2-selection__rendered");
    chosen.removeAttribute("role");
    chosen.removeAttribute("aria-readonly");
    shown.id = `${select.id}-shown`;
    shown.setAttribute("aria-label", nameOf(select));
    shown.setAttribute("aria-labelledby", `${shown.id} ${chosen.id}`);
  }
}

function nameAll(part) {
  for (const select of part.querySelectorAll("select.admin-autocomplete")) name(select);
}

// Both run after Django's own, which makes the fields: what was registered first comes first.
django.jQuery(() => nameAll(document));
document.addEventListener("formset:added", (event) => setTimeout(() => nameAll(event.target)));

// The field to type in comes and goes with the list below it.
django.jQuery(document).on("select2:open", (event) => {
  document
    .querySelector(".select2-container--open .select2-dropdown .select2-search__field")
    ?.setAttribute("aria-label", nameOf(event.target));
});
