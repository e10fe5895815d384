// Joins the parts: what is written goes to the outbox and is shown at once, what the server says to the log.
import { byId, keepCookie, kept, newId, page, say } from "./page.js";
import { tell, tellToReload } from "./parts.js";
import { Composer } from "./composer.js";
import { offerAloud } from "./aloud.js";
import { Line } from "./line.js";
import { Log } from "./log.js";
import { Memory } from "./memory.js";
import { Outbox, post } from "./outbox.js";
import { offerExtras } from "./extras.js";
import { offerReminders, reminding } from "./remind.js";

let order = Date.now();
let typing = 0;
let known = false;
let loading = false;

const memory = new Memory();

const log = new Log({
  press: (choice) => send({ pressed: choice.payload, label: choice.label }),
  earlier,
});

const outbox = new Outbox({
  progress: (draft, share) => {
    log.mark(draft.id, "sending", { share: draft.photos?.length || draft.voice ? share : null });
    showTyping(true);
  },
  waiting: (draft, text) => {
    log.mark(draft.id, text ? "unsaved" : "pending", { text: text ?? "" });
    showTyping(false);
    if (!text) state(navigator.onLine ? "lost" : "offline");
  },
  sent: (draft, answer) => {
    log.mark(draft.id, "sent");
    showTyping(false);
    take(answer.messages);
    if (!known) {
      known = true;
      line.open();
    }
    state("online");
  },
  failed: showFailed,
  stranger: tellToReload,
}, (draft, progress) => post(draft, log.cursor, progress));

const line = new Line({
  cursor: () => log.cursor,
  messages: (list) => { take(list); countUnread(list); },
  back: () => outbox.flush(),
  rests: reminding,
  state,
});

const composer = new Composer(send);

function take(messages) {
  log.take(messages);
  memory.add(messages);
}

function send(said) {
  order += 1;
  const draft = { id: newId(), order, session: page.session, at: Date.now(), text: "", label: "", ...said };
  if (!draft.entry) log.echo(draft);
  tell("");
  return outbox.add(draft);
}

function showFailed(draft, text) {
  showTyping(false);
  log.mark(draft.id, "failed", {
    text: text ?? "",
    again: () => { log.mark(draft.id, "pending"); outbox.retry(draft); },
    drop: () => { outbox.drop(draft.id); log.remove(draft.id); },
  });
}

// What came while nobody looked stands in the title.
let unread = 0;
const title = document.title;

function countUnread(list) {
  if (document.visibilityState === "visible") return;
  unread += list.filter((one) => !one.mine).length;
  document.title = unread ? `(${unread}) ${title}` : title;
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  unread = 0;
  document.title = title;
});

// A link from the page of one's own data starts what it names, and nothing else.
const STARTS = ["my_data", "correct_name", "set_home", "correct_phone", "notice_settings", "stop_pushes", "withdraw_consent", "erase_me"];

function startNamed() {
  const name = new URLSearchParams(location.hash.slice(1)).get("do");
  if (!name) return;
  history.replaceState(null, "", "/");
  if (STARTS.includes(name)) send({ pressed: name, label: say("my_data") });
}

// The three beads appear when an answer takes longer than a blink.
function showTyping(on) {
  clearTimeout(typing);
  if (!on) {
    byId("typing").hidden = true;
    return;
  }
  typing = setTimeout(() => {
    byId("typing").hidden = false;
    if (log.following ?? true) log.toEnd();
  }, 300);
}

function state(name) {
  byId("sign").dataset.state = name;
  byId("sign-text").textContent = name === "online" ? say("online") : say("connecting");
  const text = name === "offline" || name === "lost" ? say(name) : "";
  if (byId("banner").dataset.about === "line" || text) {
    tell(text);
    byId("banner").dataset.about = text ? "line" : "";
  }
}

async function earlier() {
  if (loading || !log.more) return;
  loading = true;
  try {
    const found = await line.history(log.first);
    log.take(found.messages, { older: true });
    log.setMore(found.more);
  } catch {
    state("lost");
  } finally {
    loading = false;
  }
}

function setType(large) {
  document.documentElement.dataset.type = large ? "large" : "";
  byId("type").setAttribute("aria-pressed", String(large));
  byId("type").textContent = large ? "A" : "A+";
}

function settings() {
  if (kept) setType(document.cookie.includes("linli_type=large"));
  byId("type").addEventListener("click", () => {
    const large = document.documentElement.dataset.type !== "large";
    setType(large);
    keepCookie("linli_type", large ? "large" : "normal");
    if (!log.empty) log.toEnd();
  });
  byId("language").addEventListener("change", async ({ target }) => {
    keepCookie("linli_lang", target.value);
    const label = target.selectedOptions[0].textContent;
    if (known) await send({ pressed: `speak locale=${target.value}`, label }); // what is told later speaks it, too
    location.reload();
  });
  for (const one of document.querySelectorAll("[data-says]")) {
    one.addEventListener("click", () => send({ text: one.dataset.says }));
  }
  for (const one of document.querySelectorAll("[data-press]")) {
    one.addEventListener("click", () => send({ pressed: one.dataset.press, label: one.textContent.trim() }));
  }
  offerExtras(send, () => composer.close());
  offerAloud();
  offerReminders(() => composer.close());
}

async function begin() {
  settings();
  const drafts = await outbox.waiting();
  try {
    const found = await line.history(0);
    known = found.known;
    log.take(found.messages);
    memory.begin(found.messages);
    log.setMore(found.more);
    if (!log.empty) log.toEnd();
    state("online");
  } catch {
    known = true; // we cannot know; the line finds out
    log.take(await memory.read());
    log.setMore(!log.empty);
    if (!log.empty) log.toEnd();
    state(navigator.onLine ? "lost" : "offline");
  }
  for (const draft of drafts) {
    if (!draft.entry) log.echo(draft);
    if (draft.failed) showFailed(draft, draft.failed);
  }
  if (page.entry) {
    history.replaceState(null, "", "/");
    send({ entry: page.entry });
  }
  if (known) line.open();
  outbox.flush();
  startNamed();
  if (!kept) stayWithoutNetwork();
}

// From now on the page opens where there is no network, too.
async function stayWithoutNetwork() {
  try {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ lang: page.lang });
  } catch {
    // a browser without, or a page that is not on https
  }
}

begin();
