// The page where there is no network: its own files, and an empty page that shows what the phone remembers.
// The server puts PAGE before this: the version of the files and their addresses. Nothing personal is kept here.
const CACHE = `linli-${PAGE.version}`;
const SHELL = "/shell";
const PATIENCE = 6000; // ms: a line so slow counts as none

addEventListener("install", (event) => {
  event.addRoutes?.({ condition: { urlPattern: "/api/*" }, source: "network" })?.catch?.(() => {});
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...PAGE.files, SHELL])).then(() => skipWaiting()));
});

addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  const old = (await caches.keys()).filter((name) => name.startsWith("linli-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && (pathname === "/" || pathname.startsWith("/q/"))) event.respondWith(open(request));
  else if (PAGE.files.includes(pathname)) event.respondWith(own(request));
});

async function own(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}

async function open(request) {
  const late = new Promise((_, fail) => { setTimeout(fail, PATIENCE); });
  let answer = null;
  try {
    answer = await Promise.race([fetch(request), late]);
    if (answer.status < 500) return answer;
  } catch {
    // no network, or as good as none
  }
  const cache = await caches.open(CACHE);
  return (await cache.match(SHELL)) ?? answer ?? Response.error();
}

// The empty page is to speak the language that was chosen last.
addEventListener("message", (event) => event.waitUntil(keepLanguage(event.data?.lang)));

async function keepLanguage(lang) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(SHELL);
  if (lang && kept?.headers.get("Content-Language") !== lang) await cache.add(SHELL).catch(() => {});
}

// A knock: words that were encrypted for this browser. A browser that shows nothing loses the right to be knocked for.
addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // a knock without words
  }
  const { title = PAGE.name, body = "", tag = "linli" } = said;
  const more = { body, tag, renotify: true, icon: PAGE.icon, badge: PAGE.icon, lang: PAGE.lang };
  event.waitUntil(registration.showNotification(title, more));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(comeForward());
});

async function comeForward() {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const chat = pages.find((one) => ["/", "/shell"].includes(new URL(one.url).pathname)) ?? pages[0];
  return chat ? chat.focus() : clients.openWindow("/");
}

// The push service has given this browser another address, or none.
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAgain(event)));

async function subscribeAgain({ oldSubscription, newSubscription }) {
  const { key } = await (await fetch("/api/push", { cache: "no-store" })).json();
  const bytes = Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  const fresh = newSubscription ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes }));
  const { endpoint, keys } = fresh.toJSON();
  const said = { endpoint, p256dh: keys.p256dh, auth: keys.auth, old: oldSubscription?.endpoint ?? "" };
  await fetch("/api/push", {
    method: "POST",
    headers: { "content-type": "application/json", "x-linli": "1" },
    body: JSON.stringify(said),
  });
}
