// Optional. The grid works without this file: arrow keys between boxes, a column pasted from a table, the running sum.
(function () {
  "use strict";
  var table = document.querySelector(".grid-goals");
  if (!table) return;
  var boxes = [].slice.call(table.querySelectorAll("input.goal"));
  var told = table.querySelector("[data-sum]");
  var goal = table.dataset.goal;

  function number(box) {
    return /^\d+$/.test(box.value.replace(/[,，\s]/g, "")) ? Number(box.value.replace(/[,，\s]/g, "")) : 0;
  }
  function tell() {
    if (goal === undefined) return;
    var sum = boxes.reduce(function (total, box) { return total + number(box); }, 0);
    var left = Number(goal) - sum;
    var words = left > 0 ? "，预留 " + left.toLocaleString() : left < 0 ? "，加码 " + (-left).toLocaleString() : "，正好分完";
    told.textContent = sum.toLocaleString() + words;
  }
  table.addEventListener("keydown", function (event) {
    var at = boxes.indexOf(event.target), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (at < 0 || !step || !boxes[at + step]) return;
    event.preventDefault();
    boxes[at + step].focus();
    boxes[at + step].select();
  });
  table.addEventListener("paste", function (event) {
    var at = boxes.indexOf(event.target), text = event.clipboardData.getData("text");
    var lines = text.replace(/\r?\n$/, "").split(/\r?\n|\t/);
    if (at < 0 || lines.length < 2) return;
    event.preventDefault();
    lines.forEach(function (line, step) { if (boxes[at + step]) boxes[at + step].value = line.trim(); });
    tell();
  });
  table.addEventListener("input", tell);
  tell();
})();
