// The line to the server: events as they come, a long poll where events do not get through,
// and after every absence the rows since our cursor.
import { wait } from "./page.js";

const SILENCE = 40000; // ms without a sign of life: the line is dead whatever the browser thinks
const FIRST_SIGN = 8000;

export class Line {
  #source = null;
  #heard = 0;
  #deaf = 0; // times that events did not get through although the server answers
  #pause = 1000;
  #timer = 0;
  #polling = false;
  #syncing = null;

  // on: { messages(list, more), cursor(), state(name), back(), rests() }
  constructor(on) {
    this.on = on;
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.on.state("offline"));
    addEventListener("pageshow", (event) => event.persisted && this.wake());
    document.addEventListener("visibilitychange", () => this.#seen());
    setInterval(() => this.#watch(), 5000);
  }

  // A page nobody sees hears nothing where the phone is knocked for: what it had would count as shown.
  #seen() {
    if (document.visibilityState === "visible") this.wake();
    else if (this.on.rests()) this.#rest();
  }

  #rest() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  wake() {
    this.#pause = 1000;
    this.sync().then((fine) => fine && (this.#source?.readyState === EventSource.OPEN || this.open()));
  }

  // Everything after our cursor. True when the server answered.
  sync() {
    this.#syncing ??= this.#sync().finally(() => { this.#syncing = null; });
    return this.#syncing;
  }

  async #sync() {
    try {
      for (let more = true; more;) {
        const found = await this.#get(`after=${this.on.cursor()}`);
        this.on.messages(found.messages);
        more = found.more;
      }
    } catch {
      this.#lost();
      return false;
    }
    this.#fine();
    return true;
  }

  async #get(query) {
    const answer = await fetch(`/api/messages?${query}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async history(before) {
    return this.#get(before ? `before=${before}` : "");
  }

  open() {
    if (document.visibilityState === "hidden" && this.on.rests()) return undefined;
    if (this.#deaf >= 2) return this.#poll();
    this.#source?.close();
    this.#heard = Date.now();
    const source = new EventSource(`/api/stream?after=${this.on.cursor()}`);
    this.#source = source;
    let signs = 0;
    const sign = () => {
      signs += 1;
      this.#heard = Date.now();
      this.#fine();
    };
    source.addEventListener("ping", () => { sign(); if (signs === 1) this.on.back(); });
    source.addEventListener("message", (event) => { this.on.messages([JSON.parse(event.data)]); sign(); });
    source.addEventListener("error", () => {
      if (source !== this.#source) return;
      if (source.readyState === EventSource.CLOSED) this.#later();
      this.#lost();
    });
    setTimeout(() => {
      if (source !== this.#source || signs || source.readyState !== EventSource.OPEN) return;
      this.#deaf += 1;
      this.#later();
    }, FIRST_SIGN);
    return undefined;
  }

  async #poll() {
    if (this.#polling) return;
    this.#polling = true;
    this.#source?.close();
    while (this.#polling) {
      if (document.visibilityState === "hidden") {
        await wait(3000);
        continue;
      }
      try {
        const found = await this.#get(`after=${this.on.cursor()}&wait=25`);
        this.on.messages(found.messages);
        this.#fine();
      } catch {
        this.#lost();
        await wait(this.#pause = Math.min(this.#pause * 2, 30000));
      }
    }
  }

  #later() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, 30000);
  }

  #watch() {
    if (this.#source && Date.now() - this.#heard > SILENCE) this.#later();
  }

  #fine() {
    this.#pause = 1000;
    this.on.state("online");
  }

  #lost() {
    this.on.state(navigator.onLine ? "lost" : "offline");
  }
}
