"use strict";
(() => {
  const table = document.getElementById("league");
  const form = document.getElementById("filter");
  if (!table || !form) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const comma = document.documentElement.lang === "id";
  const texts = rows.map((row) => Array.from(row.cells, (cell) => cell.textContent.trim()));
  const position = new Map(rows.map((row, number) => [row, number]));
  const region = document.getElementById("by-region");
  const indicator = document.getElementById("by-indicator");
  const band = document.getElementById("by-band");
  const shown = document.getElementById("shown");
  const sections = Array.from(document.querySelectorAll(".region"));

  const number = (text) => {
    const plain = comma ? text.replace(/\./g, "").replace(",", ".") : text.replace(/,/g, "");
    return /^-?[0-9]/.test(plain) ? parseFloat(plain) : NaN;
  };

  const filter = () => {
    const wanted = region.value.trim().toLocaleLowerCase();
    let count = 0;
    rows.forEach((row, place) => {
      const keep = texts[place][1].toLocaleLowerCase().includes(wanted)
        && (!indicator.value || row.dataset.i === indicator.value)
        && (!band.value || row.dataset.b === band.value);
      row.hidden = !keep;
      count += keep;
    });
    sections.forEach((one) => {
      one.hidden = !one.dataset.name.toLocaleLowerCase().includes(wanted);
    });
    shown.textContent = count.toLocaleString(comma ? "id" : "en");
  };

  const sort = (head, column) => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    const numeric = head.classList.contains("n");
    const keys = texts.map((cells) => (numeric ? number(cells[column]) : cells[column]));
    const order = rows.slice().sort((first, second) => {
      const a = keys[position.get(first)];
      const b = keys[position.get(second)];
      if (numeric) {
        // Rows without a figure stay at the end, whichever way the others run.
        if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
        return up ? a - b : b - a;
      }
      return up ? a.localeCompare(b) : b.localeCompare(a);
    });
    Array.from(head.parentNode.cells).forEach((one) => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    body.append(...order);
  };

  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    // A span and not a button: browsers leave buttons out of repeated headings in print.
    const button = document.createElement("span");
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, column));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      sort(head, column);
    });
    head.append(button);
  });
  [region, indicator, band].forEach((one) => one.addEventListener("input", filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  document.querySelectorAll(".js").forEach((one) => { one.hidden = false; });
  filter();
})();
