// Small pieces of the page. Whatever people wrote goes in as text, never as markup.
import { byId, say } from "./page.js";

const SVG = "http://www.w3.org/2000/svg";

export function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function button(label, className, press) {
  const node = make("button", className, label);
  node.type = "button";
  node.addEventListener("click", press);
  return node;
}

// The place above the composer for a question or something that is going on.
export function ask(text, yes, press) {
  const strip = byId("strip");
  byId("strip-text").textContent = text;
  byId("strip-yes").hidden = !yes;
  byId("strip-yes").textContent = yes;
  strip.hidden = false;
  return new Promise((done) => {
    const end = (answer) => {
      strip.hidden = true;
      done(answer);
    };
    byId("strip-yes").onclick = () => end(true);
    byId("strip-no").onclick = () => end(false);
    if (press) byId("strip-yes").focus();
  });
}

export function tell(text) {
  const banner = byId("banner");
  banner.textContent = text;
  banner.hidden = !text;
}

export function tellToReload() {
  tell(say("stranger"));
  byId("banner").append(button(say("refresh"), "choice", () => location.reload()));
}

const clock = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false,
});
const calendar = new Intl.DateTimeFormat(document.documentElement.lang, {
  timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short",
});
const numbers = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" });

export const timeOf = (moment) => clock.format(moment);
export const dayKey = (moment) => numbers.format(moment);

export function dayOf(moment) {
  const key = dayKey(moment);
  if (key === dayKey(new Date())) return say("today");
  if (key === dayKey(new Date(Date.now() - 86400000))) return say("yesterday");
  return calendar.format(moment);
}
