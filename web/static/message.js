// One message as the reader sees it: words, photos, a card, and what can be pressed.
import { byId, say } from "./page.js";
import { button, icon, make } from "./parts.js";
import { aloudButton } from "./aloud.js";

const MARKS = { pending: "clock", sending: "clock", sent: "check", failed: "alert", unsaved: "clock" };

export function drawMessage(message, does) {
  const node = make("article", `message ${message.mine ? "mine" : "theirs"}`);
  node.append(make("span", "visually-hidden", `${message.mine ? say("you") : say("name")}：`));
  const cards = message.cards?.length ? message.cards : message.card ? [message.card] : [];
  const words = message.cards?.length ? message.lead : message.text; // cards are the text, thing by thing
  const text = words || (message.mine && !message.files?.length ? say("sent_place") : "");
  if (message.files?.length) node.append(drawFiles(message.files));
  const aloud = message.mine ? null : aloudButton(inWords(text, cards));
  if (text) {
    const said = aloud ? make("div", "said") : node;
    said.append(make("div", "bubble", text));
    if (aloud) {
      said.append(aloud);
      node.append(said);
    }
  }
  const rows = message.buttons ?? [];
  for (const card of cards) node.append(drawCard(card, rows.flat(), does));
  if (aloud && !text) node.append(aloud);
  const onCards = new Set(cards.flatMap((card) => card.presses ?? []));
  const choices = drawChoices(rows.map((row) => row.filter((one) => !onCards.has(one.payload))), does);
  if (choices) node.append(choices);
  return node;
}

function inWords(text, cards) {
  const said = cards.flatMap((card) => (card.kind === "code" ? card.title : [card.title, ...(card.lines ?? [])]));
  return [text, ...said].filter(Boolean).join("\n");
}

function drawFiles(files) {
  const box = make("div", "photos");
  const sounds = files.filter((file) => file.mime.startsWith("audio/"));
  const photos = files.filter((file) => !sounds.includes(file));
  box.dataset.count = photos.length;
  for (const file of photos) {
    const picture = make("img");
    const drawing = file.mime === "image/png"; // photos are JPEG
    picture.alt = say(drawing ? "drawing_alt" : "photo_alt");
    picture.loading = "lazy";
    picture.src = file.url;
    const open = button("", drawing ? "photo drawing" : "photo", () => openPhoto(picture.src));
    open.setAttribute("aria-label", say(drawing ? "drawing_alt" : "photo_open"));
    open.append(picture);
    box.append(open);
  }
  const all = make("div", "files");
  if (photos.length) all.append(box);
  for (const file of sounds) {
    const player = make("audio");
    player.controls = true;
    player.preload = "none";
    player.src = file.url;
    player.setAttribute("aria-label", say("voice_message"));
    all.append(player);
  }
  return all;
}

function openPhoto(url) {
  byId("viewer-image").src = url;
  byId("viewer").showModal();
}

function drawCard(card, buttons, does) {
  const node = make("section", "card");
  node.dataset.kind = card.kind;
  node.append(make("h3", "", card.title));
  if (card.kind === "code") node.append(drawCode(card.lines[0]));
  else for (const line of card.lines ?? []) node.append(make("p", "", line));
  if (Number.isFinite(card.progress)) {
    const bar = make("progress");
    bar.max = 1;
    bar.value = card.progress;
    bar.setAttribute("aria-label", say("progress"));
    node.append(bar);
  }
  const own = buttons.filter((one) => card.presses?.includes(one.payload));
  const choices = drawChoices([own], does);
  if (choices) node.append(choices);
  return node;
}

// A card whose button has done its work says so in the button's place.
export function settle(list, payload) {
  for (const pressed of list.querySelectorAll(".card .choice")) {
    if (pressed.dataset.payload !== payload) continue;
    const card = pressed.closest(".card");
    const done = make("p", "done");
    done.append(icon("check"), make("span", "", say(`done_${card.dataset.kind}`)));
    card.dataset.done = "";
    pressed.closest(".choices").replaceWith(done);
  }
}

// Something to scan with another phone.
function drawCode(code) {
  const picture = make("img", "code");
  picture.alt = "";
  picture.src = `/qr/${encodeURIComponent(code)}.svg`;
  return picture;
}

function drawChoices(rows, does) {
  const box = make("div", "choices");
  for (const row of rows) {
    if (!row.length) continue;
    const line = make("div", "row");
    for (const choice of row) {
      const drawn = choice.url ? drawLink(choice) : drawButton(choice, does);
      if (drawn) line.append(drawn);
    }
    box.append(line);
  }
  return box.childElementCount ? box : null;
}

function drawButton(choice, does) {
  const answer = choice.payload.startsWith("?") ? " answer" : "";
  const node = button(choice.label, `choice ${choice.style ?? ""}${answer}`, () => {
    node.setAttribute("aria-pressed", "true");
    node.disabled = true;
    setTimeout(() => { node.disabled = false; }, 1500);
    does.press(choice);
  });
  node.dataset.payload = choice.payload;
  return node;
}

function drawLink(choice) {
  let address;
  try {
    address = new URL(choice.url, location.href);
  } catch {
    return null;
  }
  if (!["https:", "http:", "tel:"].includes(address.protocol)) return null;
  const node = make("a", `choice ${choice.style ?? ""}`, choice.label);
  node.href = address.href;
  if (address.protocol !== "tel:" && address.origin !== location.origin) {
    node.target = "_blank";
    node.rel = "noopener noreferrer";
  }
  return node;
}

// The mark under one's own message: a clock until it is saved, then a tick.
export function mark(node, state, { text = "", again = null, drop = null, share = null } = {}) {
  let line = node.querySelector(".mark");
  if (!line) {
    line = make("p", "mark");
    node.append(line);
  }
  line.dataset.state = state;
  line.replaceChildren(icon(MARKS[state]));
  const quiet = state !== "failed" && state !== "unsaved";
  line.append(make("span", quiet ? "visually-hidden" : "", text || say(state)));
  if (again) line.append(button(say("again"), "", again));
  if (drop) line.append(button(say("drop"), "", drop));
  showShare(node, share);
}

function showShare(node, share) {
  let bar = node.querySelector(".upload");
  if (share === null || share >= 1) {
    bar?.remove();
    return;
  }
  if (!bar) {
    bar = make("progress", "upload");
    bar.max = 1;
    bar.setAttribute("aria-label", say("sending"));
    node.append(bar);
  }
  bar.value = share;
}

