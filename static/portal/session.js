// Warns two minutes before the session ends and lets it be prolonged. Without this file the next page says that it ended.
(function () {
  "use strict";
  const told = document.getElementById("session-end");
  if (!told || !window.fetch || !window.HTMLDialogElement) return;
  const warn = Number(told.dataset.warn);
  const headers = { Accept: "application/json", "Portal-Timer": "1" };
  let timer, over = Date.now() + 1000 * Number(told.dataset.left), box = null;

  function left() { return Math.round((over - Date.now()) / 1000); }

  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(look, 1000 * Math.max(1, seconds));
  }

  // The server's word: another tab may have prolonged the session, or ended it.
  async function ask(options) {
    const answer = await fetch(told.dataset.state, { credentials: "same-origin", headers, cache: "no-store", ...options });
    if (answer.status === 401 || answer.status === 403 || answer.redirected) return leave();
    if (!answer.ok) throw new Error(String(answer.status));
    const said = await answer.json();
    if (said.left === null) return close();
    over = Date.now() + 1000 * said.left;
    if (said.left > warn) {
      close();
      // The server notes a sign of life once a minute: asked a little early, and then again.
      later(said.left - warn);
    } else {
      show(said.last);
    }
  }

  function look() {
    if (box) return count();
    ask({}).catch(() => later(15));
  }

  // The page goes, with whatever it shows of people; where one was is kept in the address.
  function leave() {
    close();
    clearTimeout(timer);
    window.location.assign(window.location.pathname + window.location.search);
  }

  function show(last) {
    if (!box) {
      box = told.content.firstElementChild.cloneNode(true);
      document.body.append(box);
      box.querySelector("form").addEventListener("submit", stay);
      box.addEventListener("cancel", stay);
      box.showModal();
    }
    if (last) {
      box.querySelector("h2").textContent = "登录即将到时";
      box.querySelector("[data-idle]").remove();
      const words = box.querySelector("[data-last]");
      words.hidden = false;
      words.id = "session-p";
      box.querySelector("button").textContent = "知道了";
      box.dataset.last = "yes";
    }
    count();
  }

  // Said rarely: a status that speaks every second would drown the page.
  function count() {
    const seconds = left();
    if (seconds <= 0) return ask({}).catch(leave);
    const words = seconds <= 30 ? "还剩不到 30 秒。" : seconds <= 60 ? "还剩不到 1 分钟。" : "";
    const status = box && box.querySelector("[role=status]");
    if (status && status.textContent !== words) status.textContent = words;
    later(seconds > 60 ? seconds - 60 : seconds > 30 ? seconds - 30 : seconds);
  }

  function stay(event) {
    event.preventDefault();
    if (box.dataset.last) {
      // Nothing prolongs it any more: back to the page, to save what is on it.
      box.close();
      return;
    }
    const failed = () => { box.querySelector("[role=status]").textContent = "没有连上服务器，请再按一次“继续使用”。"; };
    ask({ method: "POST", body: new URLSearchParams(new FormData(box.querySelector("form"))) }).catch(failed);
  }

  function close() {
    if (!box) return;
    box.close();
    box.remove();
    box = null;
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden && left() <= warn) look(); });
  later(left() - warn);
})();
