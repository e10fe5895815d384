// Messages on their way. They lie in the browser's own database until the server has saved them;
// each carries an id of ours, so however often one is sent, it arrives once.
import { page, wait } from "./page.js";
import { Shelf } from "./shelf.js";

const TRIES = 5; // of a message that makes the server stumble

export class Outbox {
  #shelf = new Shelf("outbox");
  #busy = false;
  #again = false;
  #timer = 0;
  #pause = 1000;

  // on: { progress(draft, share), waiting(draft, reason), sent(draft, answer), failed(draft, text), stranger() }
  constructor(on, post) {
    this.on = on;
    this.post = post;
  }

  // What waits of this session, in order.
  async waiting() {
    const kept = await this.#shelf.all();
    return kept.filter((one) => one.session === page.session).sort((a, b) => a.order - b.order);
  }

  async add(draft) {
    await this.#shelf.put(draft);
    this.flush();
  }

  async retry(draft) {
    await this.#shelf.put({ ...draft, failed: "", tries: 0 });
    this.#pause = 1000;
    this.flush();
  }

  drop(id) {
    return this.#shelf.drop(id);
  }

  // Sends what waits, in order, one after the other.
  async flush() {
    clearTimeout(this.#timer);
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    try {
      do {
        this.#again = false;
        for (const draft of await this.waiting()) {
          if (!draft.failed && !(await this.#deliver(draft))) return;
        }
      } while (this.#again);
    } finally {
      this.#busy = false;
    }
  }

  // True when the next one may go.
  async #deliver(draft) {
    this.on.progress(draft, 0);
    const answer = await this.post(draft, (share) => this.on.progress(draft, share));
    if (answer.status === 200) {
      await this.#shelf.drop(draft.id);
      this.#pause = 1000;
      this.on.sent(draft, answer.body);
      return true;
    }
    if (answer.status === 409) {
      this.on.stranger();
      return false;
    }
    const stumbled = answer.status >= 500 && answer.status !== 503;
    const tries = (draft.tries ?? 0) + (stumbled ? 1 : 0);
    const wrong = answer.status >= 400 && answer.status < 500 && ![401, 408, 429].includes(answer.status);
    if (wrong || tries >= TRIES) {
      await this.#shelf.put({ ...draft, tries, failed: answer.body?.text || "!" });
      this.on.failed(draft, answer.body?.text);
      return true;
    }
    await this.#shelf.put({ ...draft, tries });
    this.on.waiting(draft, answer.status ? answer.body?.text : "");
    this.#timer = setTimeout(() => this.flush(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, 30000);
    return false;
  }
}

// One POST, with the share of it that has gone out. Never raises: status 0 means that nobody answered.
export async function post(draft, after, progress) {
  let answer = await once(draft, after, progress);
  if (answer.status === 401) {
    await fetch("/api/messages").catch(() => {}); // gives us a session
    await wait(50);
    answer = await once(draft, after, progress, "1");
  }
  return answer;
}

function once(draft, after, progress, session = page.session) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/messages");
    request.timeout = 60000;
    request.responseType = "json";
    request.setRequestHeader("X-Linli", session);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => done({ status: request.status, body: request.response });
    request.onerror = request.ontimeout = request.onabort = () => done({ status: 0, body: null });
    const said = { id: draft.id, after, text: draft.text, pressed: draft.pressed, entry: draft.entry };
    if (draft.location) said.location = draft.location.join(",");
    if (!draft.photos?.length && !draft.voice) {
      request.setRequestHeader("Content-Type", "application/json");
      request.send(JSON.stringify(said));
      return;
    }
    const form = new FormData();
    for (const [name, value] of Object.entries(said)) if (value !== undefined) form.append(name, value);
    for (const photo of draft.photos ?? []) form.append("photos", photo, "photo.jpg");
    if (draft.voice) {
      form.append("voice", draft.voice, "voice");
      form.append("seconds", draft.seconds);
    }
    request.send(form);
  });
}
