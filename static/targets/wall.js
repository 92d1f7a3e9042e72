// Asks for the wall's figures again every few minutes and exchanges only what has changed: nothing flickers, the focus
// stays where it is, and the controls are never exchanged. Nothing is announced but that figures are old.
(function () {
  "use strict";
  const live = document.getElementById("wall-live");
  const button = document.getElementById("wall-stop");
  const status = document.getElementById("wall-status");
  const old = document.getElementById("wall-old");
  const seconds = Number(live.dataset.seconds);
  let stopped = sessionStorage.getItem("wall-stopped") === "yes";
  let told = live.dataset.told;

  function exchange(fresh) {
    // Parts that both have; a page of another make (a new plan, a district lost) is taken over whole.
    const parts = [...live.querySelectorAll("[data-part]")];
    const named = new Map([...fresh.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    if (parts.length !== named.size || !parts.every((part) => named.has(part.dataset.part))) {
      live.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
      return;
    }
    parts.forEach((part) => {
      const now = named.get(part.dataset.part);
      if (now.outerHTML === part.outerHTML) return;
      const held = part.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
      part.replaceWith(document.adoptNode(now));
      if (held) now.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
    });
  }

  function say() {
    button.textContent = stopped ? "恢复自动刷新" : "停止自动刷新";
    status.textContent = `上次刷新 ${told}` + (stopped ? "，自动刷新已停止。" : `，每 ${Math.round(seconds / 60)} 分钟刷新一次。`);
  }

  async function refresh() {
    try {
      // Asked by the clock: the server does not take it for somebody at the screen.
      const headers = { Accept: "text/html", "Portal-Timer": "1" };
      const response = await fetch(location.href, { headers, cache: "no-store" });
      if (response.status === 401) throw new Error("signed out");
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("wall-live");
      if (response.redirected && !fresh) throw new Error("signed out");
      if (!response.ok || !fresh) throw new Error(String(response.status));
      exchange(fresh);
      told = fresh.dataset.told;
      old.hidden = true;
      old.textContent = "";
    } catch (error) {
      const why = error.message === "signed out" ? "登录已过期，请重新登录" : "刷新失败，下一次自动再试";
      const sentence = `${why}。下面仍是 ${told} 的数字，可能已经过时。`;
      // The same sentence again is no news.
      if (old.textContent !== sentence) old.textContent = sentence;
      old.hidden = false;
    }
    say();
  }

  button.hidden = false;
  button.addEventListener("click", () => {
    stopped = !stopped;
    sessionStorage.setItem("wall-stopped", stopped ? "yes" : "no");
    say();
  });
  document.getElementById("wall-now").hidden = false;
  document.getElementById("wall-now").addEventListener("click", refresh);
  setInterval(() => { if (!stopped) refresh(); }, seconds * 1000);
  say();
})();
