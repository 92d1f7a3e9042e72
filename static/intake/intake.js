// Niceties of the import; every page works without them.
(function () {
  "use strict";

  // The same form is not sent twice by a double click; the server answers a second one as the first.
  [].forEach.call(document.querySelectorAll("form[data-once]"), function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  });
  window.addEventListener("pageshow", function () {
    [].forEach.call(document.querySelectorAll("form[data-once]"), function (form) { delete form.dataset.sent; });
  });

  // The button says what the chosen way of posting does.
  var button = document.querySelector("button[form=post]");
  [].forEach.call(document.querySelectorAll("input[data-button]"), function (radio) {
    function say() { if (button && radio.checked) button.textContent = radio.dataset.button; }
    radio.addEventListener("change", say);
    say();
  });

  // The frame shows that a file may be dropped on it, and which one was chosen.
  var drop = document.querySelector(".drop");
  if (drop) {
    var input = drop.querySelector("input[type=file]");
    input.addEventListener("dragenter", function () { drop.classList.add("over"); });
    ["dragleave", "drop"].forEach(function (name) {
      input.addEventListener(name, function () { drop.classList.remove("over"); });
    });
    input.addEventListener("change", function () {
      drop.querySelector(".some").textContent = input.files.length ? input.files[0].name : "";
    });
  }

  // Progress: shown every second or two, spoken at each new phase and each tenth of the way.
  var working = document.getElementById("working");
  if (!working) return;
  var bar = working.querySelector("progress");
  var sentence = working.querySelector(".sentence");
  var spoken = working.querySelector("[role=status]");
  var last = "";
  var pause = 1000;

  function show(progress) {
    if (!progress.working) return window.location.reload();
    sentence.textContent = progress.sentence;
    if (progress.rows_total) {
      bar.max = progress.rows_total;
      bar.value = progress.rows_done;
    } else {
      bar.removeAttribute("value");
    }
    var tenth = progress.rows_total ? Math.floor(10 * progress.rows_done / progress.rows_total) : 0;
    var mark = [progress.state, progress.phase, tenth].join("|");
    if (mark !== last) spoken.textContent = progress.sentence;
    last = mark;
    pause = Math.min(pause + 200, 3000);
    window.setTimeout(ask, pause);
  }

  function ask() {
    window.fetch(working.dataset.status, { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(show)
      .catch(function () {
        pause = Math.min(pause * 2, 30000);
        window.setTimeout(ask, pause);
      });
  }

  window.setTimeout(ask, pause);
})();
