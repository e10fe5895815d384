// Place and voice: the phone is asked only after somebody pressed, and only once.
import { byId, say } from "./page.js";
import { ask, tell } from "./parts.js";

const LONGEST = 60; // seconds of a recording
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

async function sendPlace(send) {
  if (!(await ask(say("ask_place"), say("send_place"), true))) return;
  tell(say("locating"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      tell("");
      send({ location: [coords.latitude.toFixed(5), coords.longitude.toFixed(5)], label: say("sent_place") });
    },
    () => tell(say("no_place")),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

async function sendVoice(send) {
  let sound;
  try {
    sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    tell(say("no_voice"));
    return;
  }
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(sound, mimeType ? { mimeType } : {});
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise((done) => { recorder.onstop = done; });
  recorder.start();
  const began = Date.now();
  const passed = () => Math.round((Date.now() - began) / 1000);
  const clock = setInterval(() => {
    byId("strip-text").textContent = `${say("recording")} 0:${String(passed()).padStart(2, "0")}`;
    if (passed() >= LONGEST) byId("strip-yes").click();
  }, 1000);
  const wanted = await ask(`${say("recording")} 0:00`, say("stop"), true);
  clearInterval(clock);
  const seconds = Math.max(1, passed());
  recorder.stop();
  await ended;
  sound.getTracks().forEach((track) => track.stop());
  if (wanted) send({ voice: new Blob(parts, { type: recorder.mimeType }), seconds });
}

export function offerExtras(send, close) {
  const place = byId("place");
  const voice = byId("voice");
  place.hidden = !(isSecureContext && navigator.geolocation);
  voice.hidden = !(isSecureContext && navigator.mediaDevices && globalThis.MediaRecorder);
  place.addEventListener("click", () => { close(); sendPlace(send); });
  voice.addEventListener("click", () => { close(); sendVoice(send); });
}
