// Keeps the summaries that are ticked in the address and in the links of the list, so that they stay ticked on its other pages.
// Without this script the boxes of one page can be compared, with those that the address already has.

const form = document.getElementById("compare");
const list = document.getElementById("find");
const status = document.getElementById("compare-count");
const MOST = 6;
// In the order in which they were ticked: the order of the columns.
let chosen = new URL(location.href).searchParams.getAll("compare");

function withChosen(address) {
  const url = new URL(address);
  url.searchParams.delete("compare");
  for (const one of chosen) url.searchParams.append("compare", one);
  return url.href;
}

function count() {
  const number = chosen.length;
  if (number === 0) return "Nothing is selected to compare";
  if (number === 1) return "1 selected to compare. Tick at least one more";
  if (number <= MOST) return `${number} selected to compare`;
  return `${number} selected to compare. Six are the most: only the first six will be`;
}

// The boxes belong to the form, but do not stand inside it, so their events do not reach it.
list?.addEventListener("change", (event) => event.target.form === form && keep());

function keep() {
  const fields = [...form.elements].filter((one) => one.name === "summary" && (one.type === "hidden" || one.checked));
  const ticked = fields.map((one) => one.value);
  chosen = [...chosen.filter((one) => ticked.includes(one)), ...ticked.filter((one) => !chosen.includes(one))];
  status.textContent = count();
  for (const item of document.querySelectorAll("[data-chosen]")) item.hidden = !chosen.includes(item.dataset.chosen);
  history.replaceState(history.state, "", withChosen(location.href));
  for (const link of list.querySelectorAll("a[href]")) {
    if (link.pathname === location.pathname) link.href = withChosen(link.href);
  }
  for (const field of list.querySelectorAll("input[name=compare]")) field.remove();
  for (const one of chosen) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "compare";
    field.value = one;
    list.append(field);
  }
}

form?.addEventListener("formdata", ({ formData }) => {
  formData.delete("summary");
  for (const one of chosen) formData.append("summary", one);
});
