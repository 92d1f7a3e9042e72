// Correcting row by row without leaving the page; every row's form works without this.
(function () {
  "use strict";
  var table = document.querySelector("table.grid");
  var said = document.getElementById("said");
  if (!table || !window.fetch) return;

  function lineOf(element) { return element.closest("tr.line"); }
  function typed(line) { return [].slice.call(line.querySelectorAll("input[data-column]")); }
  function say(text) {
    // The same sentence twice is heard twice.
    said.textContent = "";
    window.setTimeout(function () { said.textContent = text; }, 50);
  }
  function mark(line) {
    var changed = typed(line).some(function (input) { return input.value !== input.defaultValue; });
    line.classList.toggle("changed", changed);
    return changed;
  }

  // Up and down stay in the column, Escape gives up what was not saved. Enter is the form's own.
  table.addEventListener("keydown", function (event) {
    var input = event.target;
    if (!input.matches("input[data-column]") || event.isComposing) return;
    var step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) {
      var column = [].slice.call(table.querySelectorAll('input[data-column="' + input.dataset.column + '"]'));
      var next = column[column.indexOf(input) + step];
      if (next) { next.focus(); next.select(); }
      event.preventDefault();
    } else if (event.key === "Escape") {
      var line = lineOf(input);
      if (!mark(line)) return;
      typed(line).forEach(function (one) { one.value = one.defaultValue; });
      mark(line);
      say(line.querySelector(".n").textContent + "：未保存的改动已放弃。");
    }
  });
  table.addEventListener("input", function (event) { if (event.target.dataset.column) mark(lineOf(event.target)); });

  function replace(anchor, html) {
    var line = document.getElementById(anchor);
    if (!line) return;
    var kept = {};
    // Another row that was judged anew keeps what is being typed in it.
    if (line.classList.contains("changed") && !line.classList.contains("sent")) {
      typed(line).forEach(function (input) { if (input.value !== input.defaultValue) kept[input.dataset.column] = input.value; });
    }
    var box = document.createElement("template");
    box.innerHTML = "<table><tbody>" + html + "</tbody></table>";
    var fresh = box.content.querySelector("tr");
    line.replaceWith(fresh);
    typed(fresh).forEach(function (input) { if (input.dataset.column in kept) input.value = kept[input.dataset.column]; });
    mark(fresh);
  }

  function show(answer, anchor, place) {
    Object.keys(answer.rows).forEach(function (name) { replace(name, answer.rows[name]); });
    Object.keys(answer.counts).forEach(function (name) {
      var figure = document.querySelector('[data-count="' + name + '"]');
      if (figure) figure.textContent = answer.counts[name];
    });
    var line = document.getElementById(anchor);
    if (line) {
      // What had the focus, else the first thing that can be done with the row, else the row itself.
      var back = (place.id && document.getElementById(place.id)) ||
        (place.value && line.querySelector('button[value="' + place.value + '"]')) ||
        line.querySelector(".deeds button") || line.querySelector("th");
      back.focus();
    }
    say(answer.said);
  }

  table.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    var line = lineOf(form);
    event.preventDefault();
    if (line.classList.contains("sent")) return;
    var body = new FormData(form);
    body.set("do", button ? button.value : "save");
    var active = document.activeElement;
    var place = { id: active && active.id, value: active && active.value };
    line.classList.add("sent");
    line.setAttribute("aria-busy", "true");
    window.fetch(form.action, { method: "POST", body: body, credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (answer.redirected || !/json/.test(answer.headers.get("Content-Type") || "")) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (answer) { show(answer, line.id, place); })
      .catch(function () { say("没有保存：请检查网络，或刷新页面后再试。"); })
      .then(function () {
        line.classList.remove("sent");
        line.removeAttribute("aria-busy");
      });
  });
})();
