// The desk's keys, the ticks that outlive a refresh, and the panel's focus. Without it every form still works.
const $ = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const ticked = new Set();
let at = 0; // the case the keys are on
let back = null; // where the focus goes when the panel closes

const rows = () => all(".row");
const mark = (row, focus = true) => {
  if (!row) return;
  at = row.dataset.case;
  rows().forEach((one) => one.classList.toggle("at", one === row));
  if (focus) $(".what", row).focus();
  row.scrollIntoView({ block: "nearest" });
};
const move = (by) => {
  const list = rows();
  const now = list.findIndex((one) => one.dataset.case === at);
  mark(list[Math.min(list.length - 1, Math.max(0, now + by))] ?? list[0]);
};
const count = () => {
  const shown = $("#many-count");
  $("#many-bar")?.classList.toggle("idle", !ticked.size);
  if (shown) shown.textContent = ticked.size ? shown.dataset.some.replace("#", ticked.size) : shown.dataset.none;
};
const restore = () => {
  const shown = new Set(all(".tick input").map((box) => box.value));
  [...ticked].forEach((one) => shown.has(one) || ticked.delete(one)); // what has left the page is not assigned unseen
  all(".tick input").forEach((box) => { box.checked = ticked.has(box.value); });
  const open = $("#panel article") ? $("#panel").dataset.case : "";
  rows().forEach((row) => row.classList.toggle("open", row.dataset.case === open));
  const row = rows().find((one) => one.dataset.case === at);
  if (row) row.classList.add("at");
  count();
};
const close = () => {
  const panel = $("#panel");
  if (!panel || panel.classList.contains("alone") || !panel.firstChild) return;
  panel.replaceChildren();
  restore();
  (back && document.contains(back) ? back : $(".row.at .what"))?.focus();
};

document.addEventListener("change", (event) => {
  if (!event.target.matches(".tick input")) return;
  ticked[event.target.checked ? "add" : "delete"](event.target.value);
  count();
});
document.addEventListener("click", (event) => {
  const fill = event.target.closest("[data-fill]");
  if (fill) {
    const field = document.getElementById(fill.dataset.fill);
    field.value = fill.dataset.text;
    field.focus();
  } else if (event.target.closest("[data-close]")) close();
  else if (event.target.closest(".what")) {
    back = event.target.closest(".what");
    mark(back.closest(".row"), false);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return close();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x") $(".row.at .tick input")?.click();
  else if (event.key === "/") {
    const filters = $(".filters");
    if (!filters) return;
    filters.open = true;
    $("#words").focus();
    event.preventDefault();
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  const panel = $("#panel");
  if (event.detail.target === panel && panel && !panel.classList.contains("alone")) {
    panel.dataset.case = at;
    all("[data-close]", panel).forEach((one) => { one.hidden = false; });
    (($("[role=alert]", panel) ? panel : $("#panel-title", panel)) ?? panel).focus();
    panel.scrollTop = 0;
  }
  restore();
});
restore();
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });
