// Reading a message aloud, where the browser has a voice for its language.
import { page, say } from "./page.js";
import { button, icon, make } from "./parts.js";

const HAN = /\p{Script=Han}/u;
const synth = globalThis.speechSynthesis;
let reading = null; // the button of what is being read

const NEAREST = { "zh-Hans": ["zh-CN", "cmn"], "zh-Hant": ["zh-TW", "zh-HK", "yue"] };

function voiceFor(language) {
  const voices = synth.getVoices();
  const named = (tag) => voices.find((one) => one.lang.replace("_", "-").startsWith(tag));
  const tags = language === "zh" ? [...(NEAREST[page.lang] ?? NEAREST["zh-Hans"]), "zh"] : [language];
  return tags.map(named).find(Boolean);
}

// The page shows the buttons of the languages that can be read.
function lookForVoices() {
  const can = ["zh", "en"].filter(voiceFor);
  document.documentElement.dataset.voices = can.join(" ");
}

export function offerAloud() {
  if (!synth || !globalThis.SpeechSynthesisUtterance) return;
  lookForVoices();
  synth.addEventListener?.("voiceschanged", lookForVoices);
  addEventListener("pagehide", stop);
}

function stop() {
  synth.cancel();
  reading?.setAttribute("aria-pressed", "false");
  reading = null;
}

export function aloudButton(text) {
  const language = HAN.test(text) ? "zh" : "en";
  const node = button("", "aloud", () => {
    const again = reading === node;
    stop();
    if (!again) start(node, text, language);
  });
  node.dataset.language = language;
  node.setAttribute("aria-pressed", "false");
  node.append(icon("aloud"), make("span", "", say("aloud")));
  return node;
}

function start(node, text, language) {
  const voice = voiceFor(language);
  const said = new SpeechSynthesisUtterance(text);
  said.voice = voice ?? null;
  said.lang = voice?.lang ?? language;
  said.rate = document.documentElement.dataset.type === "large" ? 0.85 : 1;
  said.onend = said.onerror = () => { if (reading === node) stop(); };
  reading = node;
  node.setAttribute("aria-pressed", "true");
  synth.speak(said);
}
