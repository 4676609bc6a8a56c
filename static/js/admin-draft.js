// What the form of a draft does while somebody types. Everything works without it: the server checks and counts the same.

const form = document.querySelector("#edition_form");

// How far it is.
function isFilled(name) {
  const fields = [...form.querySelectorAll(`[name="${name}"]`)];
  return fields.some((field) => (field.type === "checkbox" ? field.checked : field.value.trim() !== ""));
}

function count() {
  let done = 0;
  for (const part of form.querySelectorAll("[data-needed]")) {
    const filled = part.dataset.needed.split(" ").filter(isFilled).length;
    part.querySelector("[data-done]").textContent = filled;
    done += filled;
  }
  form.querySelector(".portal-progress p [data-done]").textContent = done;
}

// Of the steps only those of the scale that is chosen; each group of steps has the name of its scale.
function narrow(rating) {
  const scale = form.querySelector(`#id_${rating}_scale`);
  const step = form.querySelector(`#id_${rating}_step`);
  const groups = [...step.querySelectorAll("optgroup")];
  const show = () => {
    const chosen = scale.value ? scale.selectedOptions[0].text : "";
    for (const group of groups) {
      const fits = !chosen || group.label === chosen;
      if (fits) step.append(group);
      else group.remove();
    }
    if (step.selectedIndex < 0) step.value = "";
  };
  scale.addEventListener("change", show);
  show();
}
narrow("strength");
narrow("cost");

// An address to begin with, until somebody writes another.
const address = form.querySelector("#id_slug");
const centre = form.querySelector("#id_centre");
if (address && centre) {
  address.placeholder = "made of the centre and the title";
}

// Which of the figures that the centre has confirmed somebody has changed here. Rows count by what is filled in.
const lostHere = form.querySelector("[data-lost-here]");

function valuesOf(name) {
  const ofRows = new RegExp(`^${name}-\\d+-(?!id$|edition$|order$)`);
  const said = [...new FormData(form)].filter(([key, value]) => key === name || (ofRows.test(key) && value));
  return JSON.stringify(said.map(([key, value]) => [key, String(value).trim()]));
}
const figures = lostHere ? [...lostHere.querySelectorAll("[data-figure]")] : [];
const before = new Map(figures.map((figure) => [figure, valuesOf(figure.dataset.figure)]));

function tellWhatIsLost() {
  for (const figure of figures) {
    const { figure: name, changed: already } = figure.dataset;
    figure.hidden = already === undefined && valuesOf(name) === before.get(figure);
  }
  if (lostHere) lostHere.hidden = figures.every((figure) => figure.hidden);
}

function changed() {
  count();
  tellWhatIsLost();
}
form.addEventListener("input", changed);
form.addEventListener("change", changed);
// Lists that can be searched tell only jQuery. Django's script tells the same of each of them when the page is ready, although
// nobody has touched it; its turn comes before this one.
django.jQuery(() => django.jQuery(form).on("change", "select.portal-search", changed));
