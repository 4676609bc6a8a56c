// Suggests topics, approaches, centres and titles as people type, with the combobox pattern of the WAI-ARIA Authoring
// Practices. Without this script the field is a plain search field.

const WAIT = 120; // milliseconds after the last key

for (const field of document.querySelectorAll("input[data-suggest]")) combobox(field);

function combobox(field) {
  const list = document.createElement("ul");
  list.id = `${field.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  const status = document.createElement("p");
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");
  field.after(list, status);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("autocomplete", "off");

  let active = -1;
  let timer = 0;
  let asked = 0;

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (list.hidden) return;
      event.preventDefault(); // the first press closes the list, the second empties the field
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(list.children[active].dataset.url);
    } else if (event.key === "Tab") {
      close();
    }
  });

  async function ask() {
    const typed = field.value.trim();
    const mine = ++asked;
    if (typed.length < 2) return close();
    let suggestions;
    try {
      const response = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed)}`);
      if (!response.ok) return close();
      ({ suggestions } = await response.json());
    } catch {
      return close(); // searching works without suggestions
    }
    if (mine === asked && document.activeElement === field) show(suggestions);
  }

  function show(suggestions) {
    list.replaceChildren(...suggestions.map(option));
    active = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = suggestions.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    const number = suggestions.length;
    status.textContent = number ? `${number} suggestion${number > 1 ? "s" : ""}; use the arrow keys` : "No suggestions";
  }

  function option({ kind, url, parts }, place) {
    const item = document.createElement("li");
    item.id = `${list.id}-${place}`;
    item.className = "suggestions__option";
    item.dataset.url = url;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    for (const [text, typed] of parts) {
      const piece = document.createElement(typed ? "b" : "span");
      piece.textContent = text;
      name.append(piece);
    }
    const what = document.createElement("span");
    what.className = "suggestions__kind";
    what.textContent = kind;
    item.append(name, " ", what);
    item.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
    item.addEventListener("click", () => location.assign(url));
    return item;
  }

  function move(step) {
    const options = list.children;
    options[active]?.setAttribute("aria-selected", "false");
    // After the last suggestion, or before the first, the field itself is active again.
    active = ((active + 1 + step + options.length + 1) % (options.length + 1)) - 1;
    if (active < 0) return field.removeAttribute("aria-activedescendant");
    options[active].setAttribute("aria-selected", "true");
    options[active].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[active].id);
  }

  function close() {
    asked += 1;
    clearTimeout(timer);
    list.hidden = true;
    active = -1;
    status.textContent = "";
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
}
