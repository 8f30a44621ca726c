/* Keys, panels and addresses of the back office. Every page reads and works without this file. */
(function () {
  "use strict";

  var pending = "";

  function typing(target) {
    return target instanceof Element && target.closest("input, select, textarea, [contenteditable]");
  }

  function follow(keys) {
    var link = document.querySelector('[data-keys="' + keys + '"]');
    if (link) { link.click(); }
  }

  /* From the box down into what was found and up again; Enter on a match follows it, as on any link. */
  function walk(event) {
    var found = event.target instanceof Element && event.target.closest(".search");
    if (!found) { return; }
    var stops = Array.from(found.querySelectorAll("input[type=search], #found a"));
    if (event.key === "Escape") { stops[0].value = ""; stops[0].focus(); found.querySelector("#found").replaceChildren(); return; }
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    var next = step && stops[stops.indexOf(event.target) + step];
    if (next) { next.focus(); event.preventDefault(); }
  }

  function search() {
    var box = Array.from(document.querySelectorAll("#q")).find(function (one) { return one.offsetParent; });
    if (box) { box.select(); } else { follow("/"); }
  }

  /* A page that was searched for is read next: the box lets go, so that keys are shortcuts again. */
  document.addEventListener("submit", function (event) {
    if (event.target.closest(".search")) { event.target.querySelector("#q").blur(); }
  });

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Escape" && document.querySelector(".figure-panel:target, .side-nav:target")) {
      location.hash = "#main";
      return;
    }
    walk(event);
    if (typing(event.target)) { return; }
    if (event.key === "/") { event.preventDefault(); search(); pending = ""; return; }
    if (event.key === "?") { location.hash = "#keys"; pending = ""; return; }
    if (pending) { follow(pending + " " + event.key); pending = ""; return; }
    pending = event.key === "g" ? "g" : "";
  });

  /* What was opened by its address takes the focus, so that the next key and a screen reader are inside it. */
  function enter() {
    var opened = document.querySelector(".figure-panel:target");
    if (opened) { opened.focus(); }
  }
  window.addEventListener("hashchange", enter);

  function prepare() {
    document.querySelectorAll("[data-copy]").forEach(function (button) { button.hidden = !navigator.clipboard; });
  }
  document.addEventListener("DOMContentLoaded", function () { prepare(); enter(); });
  document.addEventListener("htmx:afterSettle", prepare);

  document.addEventListener("click", function (event) {
    var button = event.target instanceof Element && event.target.closest("[data-copy]");
    if (!button) { return; }
    navigator.clipboard.writeText(location.href).then(function () { button.textContent = button.dataset.done; });
  });

  /* A piece of a page that does not come says so, and leads to the page that it was taken from. */
  function failed(event) {
    var piece = event.target instanceof Element && event.target.closest(".piece");
    if (piece) { piece.classList.add("failed"); }
    return Boolean(piece);
  }
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status >= 400 && failed(event)) { event.detail.shouldSwap = false; }
  });
  document.addEventListener("htmx:sendError", failed);

  /* An address holds what was chosen and leaves out what was not. */
  document.addEventListener("htmx:configRequest", function (event) {
    var chosen = event.detail.parameters;
    Object.keys(chosen).forEach(function (name) { if (chosen[name] === "") { delete chosen[name]; } });
  });
})();
