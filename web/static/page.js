// What the server told this page: language, session, sentences.
export const page = JSON.parse(document.getElementById("page-data").textContent);

export function remember(name, value) {
  try {
    if (value) localStorage.setItem(`linli-${name}`, value);
    else localStorage.removeItem(`linli-${name}`);
  } catch {
    // a browser that keeps nothing
  }
}

export function recall(name) {
  try {
    return localStorage.getItem(`linli-${name}`) ?? "";
  } catch {
    return "";
  }
}

// The page that is kept for the time without a network knows nobody: it goes on as the one before.
export const kept = !page.session;
if (kept) {
  page.session = recall("session");
  page.entry = location.pathname.match(/^\/q\/([\w-]{1,64})$/)?.[1] ?? "";
} else remember("session", page.session);

export const say = (key) => page.words[key] ?? key;

export const byId = (id) => document.getElementById(id);

export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

export function keepCookie(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}
