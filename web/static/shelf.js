// The browser's own database: what waits to be sent, and what was read before.
// Where there is none, as in a private window, things live as long as the page.
const NAME = "linli";
const VERSION = 2;
const SHELVES = ["outbox", "talk", "begun"];
const PATIENCE = 3000; // ms: a database that does not open must not hold up the page

let opening = null;

function open() {
  opening ??= new Promise((done) => {
    setTimeout(() => done(null), PATIENCE);
    let asked;
    try {
      asked = indexedDB.open(NAME, VERSION);
    } catch {
      done(null);
      return;
    }
    asked.onupgradeneeded = () => {
      const there = asked.result.objectStoreNames;
      for (const name of SHELVES) if (!there.contains(name)) asked.result.createObjectStore(name, { keyPath: "id" });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close(); // a newer page is opening
      done(asked.result);
    };
    asked.onerror = asked.onblocked = () => done(null);
  });
  return opening;
}

export class Shelf {
  #memory = new Map();

  constructor(name) {
    this.name = name;
  }

  async #do(mode, act) {
    const db = await open();
    if (!db) return undefined;
    try {
      return await new Promise((done, fail) => {
        const asked = act(db.transaction(this.name, mode).objectStore(this.name));
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
      });
    } catch {
      return undefined;
    }
  }

  async put(one) {
    this.#memory.set(one.id, one);
    await this.#do("readwrite", (shelf) => shelf.put(one));
  }

  async drop(id) {
    this.#memory.delete(id);
    await this.#do("readwrite", (shelf) => shelf.delete(id));
  }

  async clear() {
    this.#memory.clear();
    await this.#do("readwrite", (shelf) => shelf.clear());
  }

  async all() {
    for (const one of (await this.#do("readonly", (shelf) => shelf.getAll())) ?? []) {
      if (!this.#memory.has(one.id)) this.#memory.set(one.id, one);
    }
    return [...this.#memory.values()];
  }
}
