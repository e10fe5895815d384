// What the server told this page: language, session, sentences.
export const page = JSON.parse(document.getElementById("page-data").textContent);

export const say = (key) => page.words[key] ?? key;

export const byId = (id) => document.getElementById(id);

export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

export function keepCookie(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}
