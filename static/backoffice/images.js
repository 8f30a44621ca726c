/* A chart or the triangle of cohorts as an image, as it is seen: its finding as the title, below it what it shows, as of which day and version.
   Drawn here from the drawing on the page; nothing leaves the machine. */
(function () {
  "use strict";

  var SCALE = 2, EDGE = 24, TITLE = 20, LINE = 24;
  var DRAWN = [
    "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "opacity", "font-size",
    "font-weight", "text-anchor", "dominant-baseline", "visibility", "display", "font-variant-numeric"
  ];

  function seen(section) {
    return Array.from(section.querySelectorAll("svg.chart, table.cohort-triangle")).find(function (one) { return one.getClientRects().length; });
  }

  /* A copy with every computed style written into it, since an image knows no style sheet. */
  function copied(chart, width, height) {
    var copy = chart.cloneNode(true), from = [chart].concat(Array.from(chart.querySelectorAll("*")));
    [copy].concat(Array.from(copy.querySelectorAll("*"))).forEach(function (one, place) {
      var style = getComputedStyle(from[place]);
      DRAWN.forEach(function (name) { one.style.setProperty(name, style.getPropertyValue(name)); });
      one.style.setProperty("font-family", style.getPropertyValue("font-family"));
      if (/^url/.test(style.getPropertyValue("fill"))) { hatch(copy, style.getPropertyValue("fill")); }
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    return copy;
  }

  /* A hatching that the page defines once comes along with each chart that uses it. */
  function hatch(copy, fill) {
    var name = fill.replace(/^url\(["']?[^#]*#|["']?\)$/g, "");
    var pattern = document.getElementById(name);
    if (!pattern || copy.querySelector("#" + CSS.escape(name))) { return; }
    var made = pattern.cloneNode(true), from = [pattern].concat(Array.from(pattern.querySelectorAll("*")));
    [made].concat(Array.from(made.querySelectorAll("*"))).forEach(function (one, place) {
      var style = getComputedStyle(from[place]);
      ["fill", "stroke", "stroke-width"].forEach(function (part) { one.style.setProperty(part, style.getPropertyValue(part)); });
    });
    copy.prepend(made);
  }

  /* A table is drawn from where it stands: the ground of each cell, and each line of its words in its place. */
  function tabled(paint, table, left, top) {
    var origin = table.getBoundingClientRect(), words = document.createTreeWalker(table, NodeFilter.SHOW_TEXT), node;
    table.querySelectorAll("th, td").forEach(function (cell) {
      var box = cell.getBoundingClientRect();
      paint.fillStyle = getComputedStyle(cell).backgroundColor;
      paint.fillRect(left + box.left - origin.left, top + box.top - origin.top, box.width, box.height);
    });
    paint.textBaseline = "middle";
    while ((node = words.nextNode())) {
      if (!node.data.trim() || node.parentElement.closest(".hidden, caption")) { continue; }
      var style = getComputedStyle(node.parentElement);
      paint.font = style.fontWeight + " " + style.fontSize + " " + style.fontFamily;
      paint.fillStyle = style.color;
      told(node).forEach(function (line) {
        paint.fillText(line.text, left + line.box.left - origin.left, top + line.box.top + line.box.height / 2 - origin.top);
      });
    }
    paint.textBaseline = "top";
  }

  /* The lines that the words of a node are broken into, each with its place. */
  function told(node) {
    var found = [], range = document.createRange();
    Array.from(node.data).reduce(function (start, sign) {
      range.setStart(node, start);
      range.setEnd(node, start + sign.length);
      var box = range.getBoundingClientRect(), line = found[found.length - 1];
      if (box.width && line && line.box.top === box.top) { line.text += sign; }
      else if (box.width) { found.push({ text: sign, box: box }); }
      return start + sign.length;
    }, 0);
    return found;
  }

  function texts(section) {
    var version = document.querySelector(".filter-bar .version"), line = document.querySelector(".filter-line span");
    var under = Array.from(section.querySelectorAll(".chart-head p:not(.tools), p.key span"));
    return {
      title: section.querySelector("h2").textContent.trim(),
      under: under.map(function (one) { return one.textContent.trim(); }).filter(Boolean).join(" · "),
      foot: [document.querySelector("h1"), line, version && version.firstChild].map(function (one) {
        return one ? one.textContent.replace(/\s+/g, " ").trim() : "";
      }).filter(Boolean).join(" · ")
    };
  }

  /* Words of a line that fit, one line after the other; Chinese breaks anywhere. */
  function lines(paint, text, width) {
    var found = [], line = "";
    (text.match(/[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+/g) || []).forEach(function (part) {
      if (line && paint.measureText(line + part).width > width) { found.push(line); line = ""; }
      line += part;
    });
    return line ? found.concat(line) : found;
  }

  function saved(canvas, name) {
    canvas.toBlob(function (blob) {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name + ".png";
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    }, "image/png");
  }

  function take(button) {
    var section = button.closest("section"), chart = section && seen(section);
    if (!chart) { return; }
    var box = chart.getBoundingClientRect(), width = Math.round(box.width), height = Math.round(box.height);
    var said = texts(section), style = getComputedStyle(section), image = new Image(), table = chart.matches("table");
    function paintAll() {
      var canvas = document.createElement("canvas"), paint = canvas.getContext("2d");
      var family = getComputedStyle(document.body).fontFamily;
      var parts = [["600 " + TITLE + "px " + family, said.title, "--ink"], ["14px " + family, said.under, "--ink-2"]];
      var tops = parts.map(function (part) { paint.font = part[0]; return lines(paint, part[1], width); });
      paint.font = "12px " + family;
      var feet = lines(paint, said.foot, width);
      var above = (tops[0].length + tops[1].length) * LINE + EDGE / 2;
      canvas.width = (width + 2 * EDGE) * SCALE;
      canvas.height = (above + height + feet.length * LINE + 2 * EDGE) * SCALE;
      paint.scale(SCALE, SCALE);
      paint.fillStyle = style.backgroundColor;
      paint.fillRect(0, 0, canvas.width, canvas.height);
      paint.textBaseline = "top";
      var top = EDGE;
      tops.forEach(function (words, place) {
        paint.font = parts[place][0];
        paint.fillStyle = style.getPropertyValue(parts[place][2]);
        words.forEach(function (text) { paint.fillText(text, EDGE, top); top += LINE; });
      });
      if (table) { tabled(paint, chart, EDGE, top + EDGE / 2); }
      else { paint.drawImage(image, EDGE, top + EDGE / 2, width, height); }
      top += height + EDGE / 2;
      paint.font = "12px " + family;
      paint.fillStyle = style.getPropertyValue("--ink-2");
      feet.forEach(function (text) { top += LINE; paint.fillText(text, EDGE, top - LINE / 2); });
      saved(canvas, button.dataset.image);
    }
    if (table) { paintAll(); return; }
    image.onload = paintAll;
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copied(chart, width, height)));
  }

  document.addEventListener("click", function (event) {
    var button = event.target instanceof Element && event.target.closest("[data-image]");
    if (button) { take(button); }
  });

  function prepare() {
    document.querySelectorAll("[data-image]").forEach(function (button) {
      button.hidden = !seen(button.closest("section"));
    });
  }
  document.addEventListener("DOMContentLoaded", prepare);
  document.addEventListener("htmx:afterSettle", prepare);
})();
