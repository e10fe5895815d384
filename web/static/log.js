// The talk: messages in the server's order, one's own unsent ones at the end, each of them once.
import { byId, say } from "./page.js";
import { dayKey, dayOf, make, timeOf } from "./parts.js";
import { drawMessage, mark, settle } from "./message.js";

const NEAR = 120; // pixels from the end that still count as reading the newest
const PAUSE = 5 * 60 * 1000; // after so long a silence the time is shown

export class Log {
  constructor(does) {
    this.does = does;
    this.list = byId("log");
    this.talk = byId("talk");
    this.byId = new Map(); // server id → node
    this.byClient = new Map(); // the page's own id → node
    this.settled = new Set(); // payloads of buttons that have done their work
    this.cursor = 0;
    this.more = false;
    byId("jump").addEventListener("click", () => this.toEnd());
    byId("earlier").addEventListener("click", () => this.does.earlier());
    this.talk.addEventListener("scroll", () => {
      if (this.atEnd()) byId("jump").hidden = true;
      if (this.talk.scrollTop < 60 && this.more) this.does.earlier();
    }, { passive: true });
    new ResizeObserver(() => { if (this.following && !this.empty) this.toEnd(); }).observe(this.talk);
  }

  atEnd() {
    const left = this.talk.scrollHeight - this.talk.scrollTop - this.talk.clientHeight;
    this.following = left < NEAR;
    return this.following;
  }

  toEnd() {
    this.talk.scrollTop = this.talk.scrollHeight;
    this.following = true;
    byId("jump").hidden = true;
  }

  get first() {
    return Math.min(...this.byId.keys());
  }

  get empty() {
    return !this.list.childElementCount;
  }

  // What the server says. A message that was echoed before only gets its tick.
  take(messages, { older = false } = {}) {
    const follow = !older && (this.following ?? true);
    const height = this.talk.scrollHeight;
    let arrived = null;
    if (older) this.list.setAttribute("aria-busy", "true");
    for (const message of messages) {
      if (!older) this.cursor = Math.max(this.cursor, message.id);
      if (this.byId.has(message.id)) continue;
      const node = this.#place(message);
      if (!message.mine) arrived ??= node;
    }
    for (const message of messages) if (message.settles) this.settled.add(message.settles);
    for (const payload of this.settled) settle(this.list, payload);
    this.#tidy();
    if (older) {
      this.talk.scrollTop += this.talk.scrollHeight - height;
      setTimeout(() => this.list.removeAttribute("aria-busy"), 100);
    } else if (follow) this.#show(arrived);
    else if (arrived) this.#pointDown("new_messages");
  }

  #pointDown(why) {
    byId("jump").lastElementChild.textContent = say(why);
    byId("jump").hidden = false;
  }

  #place(message) {
    const echoed = message.mine && this.byClient.get(message.client_id);
    const node = echoed || drawMessage(message, this.does);
    node.dataset.id = message.id;
    node.at = new Date(message.at);
    this.byId.set(message.id, node);
    if (message.mine) {
      mark(node, "sent");
      if (message.client_id) this.byClient.set(message.client_id, node);
    }
    const next = [...this.list.children].find(
      (one) => one !== node && (!one.dataset.id || Number(one.dataset.id) > message.id),
    );
    if (!echoed || node.nextElementSibling !== (next ?? null)) this.list.insertBefore(node, next ?? null);
    return node;
  }

  // The end; but of an answer longer than the screen its beginning.
  #show(arrived) {
    if (this.empty) return;
    this.toEnd();
    if (!arrived) return;
    const above = arrived.getBoundingClientRect().top - this.talk.getBoundingClientRect().top;
    if (above >= 0) return;
    this.talk.scrollTop += above - 8;
    this.#pointDown("below");
  }

  // One's own message, before the server has it.
  echo(draft) {
    if (this.byClient.has(draft.id)) return;
    const files = [...(draft.photos ?? [])].map((photo) => ({ url: URL.createObjectURL(photo), mime: photo.type }));
    if (draft.voice) files.push({ url: URL.createObjectURL(draft.voice), mime: "audio/" });
    const node = drawMessage({ mine: true, text: draft.text || draft.label, files }, this.does);
    node.at = new Date(draft.at);
    this.byClient.set(draft.id, node);
    this.list.append(node);
    mark(node, "pending");
    this.#tidy();
    this.toEnd();
  }

  mark(id, state, more) {
    const node = this.byClient.get(id);
    if (node && !(node.dataset.id && state !== "sent")) mark(node, state, more);
  }

  remove(id) {
    this.byClient.get(id)?.remove();
    this.byClient.delete(id);
    this.#tidy();
  }

  // Days, times after a silence, and what came since one last wrote: its buttons stand out.
  #tidy() {
    const nodes = [...this.list.children];
    nodes.forEach((node, n) => this.#stamp(node, nodes[n - 1]));
    const answered = nodes.findLastIndex((node) => node.classList.contains("mine"));
    nodes.forEach((node, n) => node.classList.toggle("latest", n > answered));
    byId("welcome").hidden = !this.empty || this.more;
    byId("earlier").hidden = !this.more;
  }

  #stamp(node, before) {
    const newDay = !before || dayKey(before.at) !== dayKey(node.at);
    const text = newDay ? `${dayOf(node.at)} ${timeOf(node.at)}` : node.at - before.at > PAUSE ? timeOf(node.at) : "";
    let line = node.querySelector(":scope > .stamp");
    if (!text) return line?.remove();
    if (!line) {
      line = make("p", "stamp");
      node.prepend(line);
    }
    if (line.textContent !== text) line.textContent = text;
  }

  setMore(more) {
    this.more = more;
    this.#tidy();
  }
}
