// Lists that can be searched, in place of long ones. Without this script they are plain lists.

django.jQuery(() => {
  for (const select of document.querySelectorAll("select.portal-search")) {
    django.jQuery(select).select2({ width: "100%", dropdownAutoWidth: false });
    select.nextElementSibling
      .querySelector(".select2-search__field")
      ?.setAttribute("aria-label", select.labels[0]?.textContent.replace(/:\s*$/, "").trim() ?? "");
  }
});
