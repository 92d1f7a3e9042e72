// Niceties of the frame; every page works without them.
(function () {
  "use strict";
  var me = document.querySelector("details.me");
  if (me) {
    document.addEventListener("click", function (event) { if (!me.contains(event.target)) me.open = false; });
    me.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !me.open) return;
      me.open = false;
      me.querySelector("summary").focus();
    });
  }
  // A button that does nothing without a script is not shown without one.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
