/* A calendar beside each list of days: the days with figures can be chosen, all others are there and say why not.
   The list stays what is sent; without this file it is all there is. Keys are those of the ARIA date grid. */
(function () {
  "use strict";

  var WEEK = 7;
  var open = null;

  function iso(day) { return day.toISOString().slice(0, 10); }
  function parsed(text) { return new Date(text + "T00:00:00Z"); }
  function moved(day, days) { var found = new Date(day); found.setUTCDate(found.getUTCDate() + days); return found; }

  /* The same day some months later, at most the last of its month. */
  function later(day, months) {
    var found = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1));
    var last = new Date(Date.UTC(found.getUTCFullYear(), found.getUTCMonth() + 1, 0)).getUTCDate();
    found.setUTCDate(Math.min(day.getUTCDate(), last));
    return found;
  }

  function written(day, how) {
    return new Intl.DateTimeFormat(document.documentElement.lang, Object.assign({ timeZone: "UTC" }, how)).format(day);
  }

  /* The days that the picker of a list offers, ascending: all with figures, for the other side only those before. */
  function daysOf(select) {
    var shown = document.getElementById("as_of");
    var every = Array.from(shown.options, function (one) { return one.value; }).filter(Boolean).sort();
    return select === shown ? every : every.filter(function (one) { return one < shown.value; });
  }

  function element(name, text, classes) {
    var made = document.createElement(name);
    if (text) { made.textContent = text; }
    if (classes) { made.className = classes; }
    return made;
  }

  function weekdays() {
    var row = element("tr");
    for (var day = 0; day < WEEK; day += 1) {
      var date = moved(parsed("2024-01-01"), day);
      var head = element("th", written(date, { weekday: "short" }));
      head.scope = "col";
      head.abbr = written(date, { weekday: "long" });
      row.append(head);
    }
    return row;
  }

  function cell(day) {
    var known = open.days.has(iso(day)), button = element("button", String(day.getUTCDate()), "day");
    var name = written(day, { dateStyle: "full" });
    button.type = "button";
    button.dataset.day = iso(day);
    button.tabIndex = iso(day) === iso(open.focus) ? 0 : -1;
    button.setAttribute("aria-label", known ? name : name + open.dialog.dataset.without);
    if (!known) { button.setAttribute("aria-disabled", "true"); button.title = name + open.dialog.dataset.without; }
    var box = element("td");
    box.setAttribute("role", "gridcell");
    box.setAttribute("aria-selected", String(iso(day) === open.chosen));
    box.append(button);
    return box;
  }

  function draw() {
    var month = open.focus.getUTCMonth(), first = new Date(Date.UTC(open.focus.getUTCFullYear(), month, 1));
    var body = open.dialog.querySelector("tbody"), day = moved(first, -((first.getUTCDay() + 6) % WEEK));
    open.dialog.querySelector("[data-month]").textContent = written(first, { year: "numeric", month: "long" });
    open.dialog.querySelector("thead").replaceChildren(weekdays());
    body.replaceChildren();
    while (day < later(first, 1)) {
      var row = element("tr");
      for (var place = 0; place < WEEK; place += 1, day = moved(day, 1)) {
        row.append(day.getUTCMonth() === month ? cell(day) : element("td"));
      }
      body.append(row);
    }
    open.dialog.querySelectorAll("[data-turn]").forEach(function (button) {
      button.disabled = iso(bounded(later(open.focus, Number(button.dataset.turn)))).slice(0, 7) === iso(first).slice(0, 7);
    });
  }

  function bounded(day) {
    return iso(day) < iso(open.first) ? open.first : iso(day) > iso(open.last) ? open.last : day;
  }

  function go(day, quietly) {
    open.focus = bounded(day);
    draw();
    if (!quietly) { open.dialog.querySelector('[tabindex="0"][data-day]').focus(); }
  }

  /* The last day with figures up to a day, else the first of all. */
  function known(day) {
    var before = open.every.filter(function (one) { return one <= day; });
    return parsed(before.length ? before[before.length - 1] : open.every[0]);
  }

  function show(button) {
    var select = document.getElementById(button.dataset.daysOf), days = daysOf(select);
    var dialog = document.getElementById("day-picker");
    if (!days.length || !dialog) { return; }
    var year = parsed(days[0]), last = parsed(days[days.length - 1]);
    open = { select: select, dialog: dialog, button: button, every: days, days: new Set(days), chosen: select.value };
    open.first = new Date(Date.UTC(year.getUTCFullYear(), year.getUTCMonth(), 1));
    open.last = later(new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), 1)), 1);
    open.last = moved(open.last, -1);
    dialog.querySelector("h2").textContent = button.getAttribute("aria-label");
    dialog.showModal();
    place(button, dialog);
    go(known(select.value || iso(last)));
  }

  /* Below its list where there is room beside it; a narrow screen has it in the middle. */
  function place(button, dialog) {
    var box = button.getBoundingClientRect();
    var wide = window.innerWidth >= 720 && box.bottom + dialog.offsetHeight + 8 < window.innerHeight;
    dialog.style.margin = wide ? "0" : "";
    dialog.style.top = wide ? box.bottom + 4 + "px" : "";
    dialog.style.left = wide ? Math.min(box.left, window.innerWidth - dialog.offsetWidth - 16) + "px" : "";
  }

  function choose(day) {
    var select = open.select;
    if (!open.days.has(day)) { return; }
    if (!Array.from(select.options).some(function (one) { return one.value === day; })) {
      select.append(new Option(day, day));
    }
    select.value = day;
    open.dialog.close();
    open.dialog.removeAttribute("style");  /* A swap copies attributes, and the page allows no style in them. */
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function keys(event) {
    var day = open && event.target.dataset && event.target.dataset.day && parsed(event.target.dataset.day);
    if (!day) { return; }
    var week = (day.getUTCDay() + 6) % WEEK, far = event.shiftKey ? 12 : 1;
    var next = {
      ArrowLeft: moved(day, -1), ArrowRight: moved(day, 1), ArrowUp: moved(day, -WEEK), ArrowDown: moved(day, WEEK),
      Home: moved(day, -week), End: moved(day, WEEK - 1 - week), PageUp: later(day, -far), PageDown: later(day, far)
    }[event.key];
    if (next) { event.preventDefault(); event.stopPropagation(); go(next); }
  }

  document.addEventListener("keydown", keys, true);
  document.addEventListener("click", function (event) {
    var target = event.target instanceof Element ? event.target : null;
    var button = target && target.closest("button");
    if (!button) { if (open && target === open.dialog) { open.dialog.close(); } return; }
    if (button.dataset.daysOf) { show(button); }
    if (!open || !open.dialog.contains(button)) { return; }
    if (button.dataset.day) { choose(button.dataset.day); }
    if (button.dataset.turn) { go(later(open.focus, Number(button.dataset.turn)), true); }
    if (button.dataset.jump === "end") { go(known(iso(moved(later(new Date(iso(open.focus).slice(0, 8) + "01T00:00:00Z"), 1), -1)))); }
    if (button.dataset.jump === "year") { go(known(iso(later(parsed(document.getElementById("as_of").value), -12)))); }
    if (button.dataset.jump === "last") { go(parsed(open.every[open.every.length - 1])); }
  });

  function prepare() {
    document.querySelectorAll("[data-days-of]").forEach(function (button) {
      button.hidden = !daysOf(document.getElementById(button.dataset.daysOf)).length;
    });
  }
  document.addEventListener("DOMContentLoaded", prepare);
  document.addEventListener("htmx:afterSettle", prepare);
})();
