// What Django's own widgets leave unnamed or write with an inline handler; every page works without this file.
(function () {
  "use strict";
  var COLON = /[:：]\s*$/;

  function each(selector, work) { [].forEach.call(document.querySelectorAll(selector), work); }
  function words(element) { return element.textContent.replace(COLON, "").trim(); }

  function nameOf(field) {
    if (field.labels && field.labels[0]) return words(field.labels[0]);
    return field.getAttribute("aria-label") || field.name;
  }

  // select2 names its box after the chosen text alone: put the field's own name before it.
  function nameSelect2(select) {
    var box = select.nextElementSibling;
    if (!box || !box.classList.contains("select2-container")) return;
    var name = nameOf(select), combo = box.querySelector("[role=combobox]"), shown = box.querySelector(".select2-selection__rendered");
    var chosen = shown ? shown.textContent.replace(/^×/, "").trim() : "";
    if (combo) {
      combo.setAttribute("aria-label", name + "：" + (chosen || "未选择"));
      combo.removeAttribute("aria-labelledby");
    }
    if (shown) shown.setAttribute("aria-label", name);
    if (box.classList.contains("select2-container--open")) nameOpenList(select, box);
  }

  function nameOpenList(select, box) {
    var list = document.querySelector(".select2-container--open .select2-results__options");
    var search = document.querySelector(".select2-container--open .select2-search__field");
    var combo = box.querySelector("[role=combobox]");
    if (combo && list) combo.setAttribute("aria-controls", list.id);
    if (list) list.setAttribute("aria-label", nameOf(select));
    if (!search) return;
    search.setAttribute("aria-label", "搜索" + nameOf(select));
    if (list) search.setAttribute("aria-controls", list.id);
  }

  function nameWidgets() {
    each("select.select2-hidden-accessible", nameSelect2);
    each("span[aria-label]:not([role])", function (icon) { icon.setAttribute("role", "img"); });
    each("p.datetime input", function (field) {
      if (field.getAttribute("aria-label")) return;
      var row = field.closest(".field, td"), label = row && row.querySelector(".label, legend, label");
      var part = field.classList.contains("vDateField") ? "日期" : "时间";
      field.setAttribute("aria-label", label ? words(label) + part : part);
    });
  }

  // 十一月 2026 is no Chinese date.
  function turnMonthAround() {
    each(".calendar caption", function (caption) {
      var parts = /^(\S+) (\d{4})$/.exec(caption.textContent);
      if (parts) caption.textContent = parts[2] + " 年" + parts[1];
    });
  }

  // A calendar opens beside its link, and would stretch the page where the link is near the edge.
  function keepInSight() {
    each(".calendarbox, .clockbox", function (box) {
      var beyond = box.getBoundingClientRect().right + 8 - document.documentElement.clientWidth;
      if (box.offsetWidth && beyond > 0) box.style.left = box.offsetLeft - beyond + "px";
    });
  }

  // Each select holds its own part of the address, so that several filters apply at once.
  function filterByAddress(event) {
    event.preventDefault();
    var query = new URLSearchParams(location.search);
    [].forEach.call(event.target.querySelectorAll("select[data-parameters]"), function (select) {
      select.dataset.parameters.split(" ").forEach(function (parameter) { query.delete(parameter); });
      new URLSearchParams(select.value).forEach(function (value, parameter) { query.set(parameter, value); });
    });
    query.delete("p");
    query.delete("e");
    location.search = query.toString();
  }

  function selectAllColumns(event) {
    each(".selectable-field-export-row input[type=checkbox]", function (box) { box.checked = event.target.checked; });
  }

  // Their links keep the click from rising: it is heard on its way down.
  document.addEventListener("click", function () { setTimeout(keepInSight); }, true);
  document.addEventListener("DOMContentLoaded", function () {
    each(".filters form", function (form) { form.addEventListener("submit", filterByAddress); });
    each(".select-toggle", function (box) { box.addEventListener("change", selectAllColumns); });
  });
  // Widgets are built by other scripts, some of them late: whatever appears gets its names in the same moment.
  document.addEventListener("DOMContentLoaded", function () {
    nameWidgets();
    new MutationObserver(function () { nameWidgets(); turnMonthAround(); }).observe(document.body, { childList: true, subtree: true });
  });
})();
