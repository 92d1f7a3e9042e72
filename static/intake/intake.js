// Niceties of the import; every page works without them.
(function () {
  "use strict";

  function each(found, doIt) { [].forEach.call(found, doIt); }

  // Asks again and again, less often when there is no answer, and not while nobody looks.
  function watch(address, show, failed) {
    var first = 1000, slowest = 30000, pause = first, timer = null, asking = false;

    function later() {
      window.clearTimeout(timer);
      if (!document.hidden) timer = window.setTimeout(ask, pause);
    }

    function ask() {
      if (asking) return;
      asking = true;
      window.fetch(address(), { credentials: "same-origin", headers: { Accept: "application/json", "Portal-Timer": "1" } })
        .then(function (answer) {
          if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
          return answer.json();
        })
        .then(function (told) {
          asking = false;
          pause = Math.min(pause < first ? first : pause + 200, 3000);
          failed(false);
          if (show(told)) later();
        })
        .catch(function () {
          asking = false;
          pause = Math.min(pause * 2, slowest);
          failed(pause > 4000);
          later();
        });
    }

    document.addEventListener("visibilitychange", function () {
      if (document.hidden) return window.clearTimeout(timer);
      pause = first;
      if (!asking) ask();
    });
    later();
  }

  // Progress of one import: shown every second or two, spoken at each new phase and each quarter of the way.
  function followWork(working) {
    var bar = working.querySelector("progress"), spoken = working.querySelector("[role=status]");
    var silent = document.getElementById("silent"), last = "";

    function show(progress) {
      if (!progress.working || progress.state !== working.dataset.state) {
        window.location.reload();
        return false;
      }
      working.querySelector(".sentence").textContent = progress.sentence;
      working.querySelector(".clock").textContent = progress.time;
      var most = progress.rows_total || progress.rows_expected;
      if (most) {
        bar.max = most;
        bar.value = progress.rows_done;
      } else {
        bar.removeAttribute("value");
      }
      each(working.querySelectorAll(".phase li"), function (item, index) {
        var step = progress.steps[index];
        item.className = step.mark;
        if (step.mark === "now") item.setAttribute("aria-current", "step"); else item.removeAttribute("aria-current");
        item.children[0].textContent = step.sign;
        item.children[2].textContent = step.note;
      });
      var quarter = progress.rows_total ? Math.floor(4 * progress.rows_done / progress.rows_total) : 0;
      var mark = [progress.state, progress.phase, quarter].join("|");
      if (mark !== last) spoken.textContent = progress.sentence;
      last = mark;
      return true;
    }

    watch(function () { return working.dataset.status; }, show, function (isSilent) { silent.hidden = !isSilent; });
  }

  // The list: the lines of imports that are being worked on, until none is.
  function followList(table) {
    var said = document.getElementById("jobs-said");

    function running() { return [].slice.call(table.querySelectorAll("tr[data-uid]")); }

    function show(told) {
      told.jobs.forEach(function (job) {
        var line = table.querySelector('tr[data-uid="' + job.uid + '"]');
        if (!line) return;
        var light = line.querySelector(".light"), word = light.querySelector(".word");
        if (word.textContent !== job.state) {
          said.textContent = line.querySelector("th").textContent.trim() + "：" + job.state + "，" + job.next;
          word.textContent = job.state;
          light.className = "light " + job.sign;
          light.querySelector("use").setAttribute("href", "#" + job.sign);
        }
        line.querySelector(".next").textContent = job.next;
        line.querySelector(".rows").textContent = job.rows || "—";
        if (!job.working) line.removeAttribute("data-uid");
      });
      return running().length > 0;
    }

    if (!running().length) return;
    watch(function () {
      return table.dataset.states + "?" + running().map(function (line) { return "uid=" + line.dataset.uid; }).join("&");
    }, show, function () {});
  }

  // The upload with its progress. The server answers as to a plain form: a page of the import, or this page with
  // what is wrong, whose main part then takes the place of ours.
  function send(form) {
    var sending = document.getElementById("sending"), interrupted = document.getElementById("interrupted");
    var bar = sending.querySelector("progress"), sentence = sending.querySelector(".sentence");
    var spoken = sending.querySelector("[role=status]"), request = new XMLHttpRequest(), last = -1;

    function warn(event) {
      event.preventDefault();
      event.returnValue = "";
    }

    function megabytes(bytes) { return (bytes / 1048576).toFixed(1) + " MB"; }

    function progress(event) {
      if (!event.lengthComputable) return;
      var share = Math.floor(100 * event.loaded / event.total), quarter = Math.floor(share / 25);
      bar.value = share;
      sentence.textContent = share < 100
        ? "正在上传：" + megabytes(event.loaded) + "，共 " + megabytes(event.total) + "（" + share + "%）"
        : "已全部上传，正在检查文件";
      if (quarter !== last) spoken.textContent = sentence.textContent;
      last = quarter;
    }

    function over(failed) {
      window.removeEventListener("beforeunload", warn);
      sending.hidden = true;
      form.hidden = false;
      interrupted.hidden = !failed;
      delete form.dataset.sent;
      if (failed) form.querySelector("button.main").focus();
    }

    function answered() {
      window.removeEventListener("beforeunload", warn);
      var elsewhere = request.responseURL.split("#")[0] !== form.action.split("#")[0];
      if (elsewhere) return window.location.assign(request.responseURL);
      var page = new DOMParser().parseFromString(request.responseText, "text/html");
      var main = page.querySelector("main");
      if (!main || !main.querySelector("#upload")) return over(true);
      document.title = page.title;
      document.querySelector("main").replaceWith(document.adoptNode(main));
      start();
      var wrong = document.querySelector("main [role=alert]:not([hidden])");
      if (wrong) {
        wrong.tabIndex = -1;
        wrong.focus();
      }
    }

    request.upload.addEventListener("progress", progress);
    request.addEventListener("load", answered);
    request.addEventListener("error", function () { over(true); });
    request.addEventListener("abort", function () { over(false); });
    sending.querySelector("button").onclick = function () { request.abort(); };
    window.addEventListener("beforeunload", warn);
    request.open("POST", form.action);
    request.send(new FormData(form));
    interrupted.hidden = true;
    form.hidden = true;
    bar.value = 0;
    sentence.textContent = "正在上传";
    sending.hidden = false;
    sending.querySelector("button").focus();
  }

  function start() {
    // The same form is not sent twice by a double click; the server answers a second one as the first.
    each(document.querySelectorAll("form[data-once]"), function (form) {
      form.addEventListener("submit", function (event) {
        if (form.dataset.sent) return event.preventDefault();
        form.dataset.sent = "yes";
        if (form.id !== "upload" || !window.FormData || !window.DOMParser) return;
        event.preventDefault();
        send(form);
      });
    });

    // The button says what the chosen way of posting does.
    var button = document.querySelector("button[form=post]");
    each(document.querySelectorAll("input[data-button]"), function (radio) {
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

    var working = document.getElementById("working"), table = document.querySelector("table[data-states]");
    if (working) followWork(working);
    if (table) followList(table);
  }

  window.addEventListener("pageshow", function () {
    each(document.querySelectorAll("form[data-once]"), function (form) { delete form.dataset.sent; });
  });
  start();
})();
