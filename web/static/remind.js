// 有新消息时提醒我: the browser is asked only after a tap, once; what it cannot do is said kindly.
import { byId, kept, page, recall, remember, say } from "./page.js";
import { tell } from "./parts.js";

const supported = () => isSecureContext && "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

export const reminding = () => Boolean(page.session) && recall("remind") === page.session;

function show() {
  const on = reminding();
  byId("remind-text").textContent = say(on ? "remind_on" : "remind");
}

async function post(path, said) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-linli": page.session },
    body: JSON.stringify(said),
  });
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).text ?? "");
}

function described(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint, p256dh: keys.p256dh, auth: keys.auth };
}

function bytes(key) {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

async function turnOn() {
  if (!supported()) return say(/MicroMessenger/.test(navigator.userAgent) ? "remind_wechat" : "remind_cannot");
  if ((await Notification.requestPermission()) !== "granted") return say("remind_refused");
  const { key } = await (await fetch("/api/push", { cache: "no-store" })).json();
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe();
  let subscription;
  try {
    subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  } catch {
    return say("remind_unreachable");
  }
  await post("/api/push", described(subscription));
  remember("remind", page.session);
  return say("remind_thanks");
}

async function turnOff() {
  remember("remind", "");
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await pushManager.getSubscription();
  if (subscription) {
    await post("/api/push/off", { endpoint: subscription.endpoint });
    await subscription.unsubscribe();
  }
  return say("remind_stopped");
}

// A browser that was another session's is not knocked for any more; ours says again where it is.
async function sameAsBefore() {
  if (!supported() || Notification.permission !== "granted") return remember("remind", "");
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await pushManager.getSubscription();
  if (subscription && reminding()) return post("/api/push", described(subscription));
  remember("remind", "");
  return subscription?.unsubscribe();
}

export async function offerReminders(close) {
  const row = byId("remind");
  row.hidden = kept || !page.push;
  if (row.hidden) return;
  row.addEventListener("click", async () => {
    close();
    row.disabled = true;
    try {
      tell(await (reminding() ? turnOff() : turnOn()));
    } catch (error) {
      tell(error.message || say("remind_failed"));
    }
    row.disabled = false;
    show();
  });
  if (recall("remind")) await sameAsBefore().catch(() => {});
  show();
}
