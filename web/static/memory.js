// What this phone remembers for the time without a network: the newest of the talk, and words begun.
// All of it belongs to one session and goes when that ends.
import { page, recall, remember } from "./page.js";
import { Shelf } from "./shelf.js";

const MOST = 200; // messages

export class Memory {
  #shelf = new Shelf("talk");

  // The newest of the talk, without a gap, oldest first.
  async read() {
    const kept = await this.#shelf.all();
    return kept.filter((one) => one.session === page.session).sort((a, b) => a.id - b.id);
  }

  // From here on: what was kept before may have a gap after it, or be somebody else's.
  async begin(messages) {
    await this.#shelf.clear();
    await this.add(messages);
  }

  async add(messages) {
    if (messages.some((one) => one.card?.kind === "erased")) {
      keepWords("");
      await keepPhotos([]);
      await this.#shelf.clear();
      return;
    }
    for (const one of messages) await this.#shelf.put({ ...one, session: page.session });
    if (!messages.length) return;
    const kept = await this.read();
    for (const one of kept.slice(0, Math.max(0, kept.length - MOST))) await this.#shelf.drop(one.id);
  }
}

// Words and photos begun and not sent. Those of a session that has ended go when the next one looks for its own.
const begun = new Shelf("begun");

export const keepWords = (words) => remember("words", words && JSON.stringify([page.session, words]));

export function wordsBegun() {
  const [session, words] = JSON.parse(recall("words") || "[]");
  if (session === page.session) return words ?? "";
  keepWords("");
  return "";
}

export const keepPhotos = (photos) => (photos.length ? begun.put({ id: page.session, photos }) : begun.drop(page.session));

export async function photosBegun() {
  const found = await begun.all();
  for (const one of found) if (one.id !== page.session) await begun.drop(one.id);
  return found.find((one) => one.id === page.session)?.photos ?? [];
}
