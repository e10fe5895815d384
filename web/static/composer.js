// Where one writes: words, and photos before they go.
import { byId, say } from "./page.js";
import { button, icon, make, tell } from "./parts.js";
import { keepPhotos, keepWords, photosBegun, wordsBegun } from "./memory.js";
import { shrink } from "./photos.js";

const MOST = 9;

export class Composer {
  #photos = []; // { blob, url }

  constructor(send) {
    this.send = send;
    this.words = byId("words");
    byId("composer").addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#submit();
    });
    if (!this.words.value) this.words.value = wordsBegun();
    photosBegun().then((photos) => {
      this.#photos.unshift(...photos.map((blob) => ({ blob, url: URL.createObjectURL(blob) })));
      if (photos.length) this.#show();
    });
    this.words.addEventListener("input", () => keepWords(this.words.value));
    byId("more").addEventListener("click", () => this.#open(byId("tray").hidden));
    byId("photo").addEventListener("click", () => byId("files").click());
    byId("files").addEventListener("change", (event) => this.#pick([...event.target.files]));
    this.words.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
      if (files.length) this.#pick(files);
    });
  }

  #open(open) {
    byId("tray").hidden = !open;
    byId("more").setAttribute("aria-expanded", String(open));
    byId("more").setAttribute("aria-label", say(open ? "less" : "more"));
  }

  close() {
    this.#open(false);
  }

  #submit() {
    const text = this.words.value.trim();
    if (!text && !this.#photos.length) return this.words.focus();
    this.send({ text, photos: this.#photos.map((one) => one.blob) });
    this.words.value = "";
    keepWords("");
    this.#photos.forEach((one) => URL.revokeObjectURL(one.url));
    this.#photos = [];
    this.#show();
    this.close();
    return undefined;
  }

  async #pick(files) {
    byId("files").value = "";
    tell(this.#photos.length + files.length > MOST ? say("too_many") : "");
    for (const file of files.slice(0, MOST - this.#photos.length)) {
      const blob = await shrink(file);
      if (blob) this.#photos.push({ blob, url: URL.createObjectURL(blob) });
      else tell(say("bad_photo"));
    }
    this.#show();
    this.close();
    byId("send").focus();
  }

  #show() {
    const list = byId("previews");
    keepPhotos(this.#photos.map((one) => one.blob));
    list.hidden = !this.#photos.length;
    list.replaceChildren(...this.#photos.map((photo) => {
      const item = make("li");
      const picture = make("img");
      picture.src = photo.url;
      picture.alt = say("photo_alt");
      const remove = button("", "", () => {
        this.#photos = this.#photos.filter((one) => one !== photo);
        URL.revokeObjectURL(photo.url);
        this.#show();
        this.words.focus();
      });
      remove.setAttribute("aria-label", say("remove"));
      remove.append(icon("close"));
      item.append(picture, remove);
      return item;
    }));
  }
}
