// Gives each autocomplete field the name that its label shows. Select2, which Django's admin uses, leaves the field without one.

for (const select of document.querySelectorAll("select.admin-autocomplete[multiple]")) {
  // Each choice has its own remove button. A button that removes all would be placed where only list items are allowed.
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
    // Read out its name, then what is chosen. What is chosen is plain text, not another field inside the field.
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

// Both run after Django's own handlers, which make the fields, because handlers run in the order in which they were added.
django.jQuery(() => nameAll(document));
document.addEventListener("formset:added", (event) => setTimeout(() => nameAll(event.target)));

// The field to type in exists only while its list is open.
django.jQuery(document).on("select2:open", (event) => {
  document
    .querySelector(".select2-container--open .select2-dropdown .select2-search__field")
    ?.setAttribute("aria-label", nameOf(event.target));
});
