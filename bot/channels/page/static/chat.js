// The conversation of one tab. Nothing is stored but the session's token in sessionStorage, which
// ends with the tab.
import { solved } from "./proof.js";
import { banner, bubble, byId, element, leaveRoom, notice, place, show, typing } from "./view.js";

const MAX = 4000;
const COUNT_FROM = 3500;
const PATIENCE = 25000; // ms for one request; the server itself answers within about 10 s
const PAUSES = [1000, 2000, 4000, 8000, 15000]; // ms before each repeat of an unsent message
const POLLS = 40;
const WAITS = 6; // how often a 429 is waited out

const words = byId("chat").dataset;
const log = byId("log");
const form = byId("form");
const box = byId("text");
const queue = [];
let working = false;
let polling = false;
let gone = false; // "Thoát nhanh" was pressed: nothing may be sent or shown any more
const leaving = new AbortController();

// ---- the session ---------------------------------------------------------------------------

const KEY = "session";
let session = remembered();

function remembered() {
  try {
    return sessionStorage.getItem(KEY);
  } catch (_) {
    return null;
  }
}

function keep(token) {
  if (gone) return;
  session = token || null;
  try {
    if (session) sessionStorage.setItem(KEY, session);
    else sessionStorage.removeItem(KEY);
  } catch (_) {
    // Storage is forbidden here: the token then lives in this page alone.
  }
}

function freshId() {
  if (window.crypto.randomUUID) return window.crypto.randomUUID();
  const bytes = window.crypto.getRandomValues(new Uint8Array(16)); // without HTTPS
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ---- the server ----------------------------------------------------------------------------

class Unreachable extends Error {}

function pause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const wake = () => {
      clearTimeout(timer);
      resolve();
    };
    window.addEventListener("online", wake, { once: true });
    leaving.signal.addEventListener("abort", wake, { once: true });
  });
}

/** `{status, body, wait}` of one request; raises Unreachable when no answer came. */
async function post(path, body) {
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, PATIENCE);
  leaving.signal.addEventListener("abort", stop, { once: true });
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: limit.signal,
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    const wait = Math.max(1, Number(answer.headers.get("Retry-After")) || 1);
    return { status: answer.status, body: await answer.json(), wait };
  } catch (_) {
    throw new Unreachable();
  } finally {
    clearTimeout(timer);
    leaving.signal.removeEventListener("abort", stop);
  }
}

function withSession(body) {
  return session ? { session, ...body } : body;
}

/** Sends until there is an answer; the same `id` each time, so that nothing counts twice. */
async function delivered(said) {
  let renewed = false;
  let failures = 0;
  let waits = 0;
  let proof = null;
  while (!gone) {
    let answer;
    try {
      answer = await post("/api/chat", withSession(proof ? { ...said, proof } : said));
    } catch (_) {
      if (gone || failures === PAUSES.length) break;
      banner(navigator.onLine === false ? words.offline : words.retrying);
      await pause(PAUSES[failures]);
      failures += 1;
      continue;
    }
    banner("");
    proof = null;
    if (answer.status === 429 && answer.body.challenge && waits < WAITS) {
      waits += 1;
      banner(words.working);
      proof = await solved(answer.body.challenge, () => gone);
      banner("");
    } else if (answer.status === 429 && waits < WAITS) {
      waits += 1;
      banner(words.waiting.replace("{seconds}", answer.wait));
      await pause(answer.wait * 1000);
      banner("");
    } else if (answer.status === 401 && !renewed && said.text !== undefined) {
      renewed = true;
      keep(null);
    } else {
      return answer;
    }
  }
  return null;
}

async function answered(said) {
  const answer = await delivered(said);
  if (gone) return;
  const again = () => enqueue(said);
  if (answer === null) {
    banner("");
    notice(words.failed, again);
  } else if (answer.status === 200) {
    keep(answer.body.session);
    if (answer.body.pending) poll();
    show(answer.body.messages);
  } else if (answer.status === 401) {
    keep(null);
    notice(words.expired);
  } else {
    const text = (answer.body && answer.body.error) || words.refused;
    notice(text, answer.status >= 500 ? again : undefined);
  }
}

async function poll() {
  if (polling) return;
  polling = true;
  busy();
  let came = false;
  for (let tries = 0; tries < POLLS && !came && session && !gone; tries += 1) {
    await pause(Math.min(1000 + tries * 250, 5000));
    came = await polled();
  }
  polling = false;
  if (gone) return;
  busy();
  if (!came) notice(words.slow);
}

async function polled() {
  let answer;
  try {
    answer = await post("/api/chat/poll", { session });
  } catch (_) {
    return false;
  }
  if (gone) return true;
  if (answer.status === 429) await pause(answer.wait * 1000);
  if (answer.status === 401) keep(null);
  if (answer.status !== 200 || !answer.body.messages.length) return false;
  show(answer.body.messages);
  return true;
}

// ---- writing -------------------------------------------------------------------------------

function enqueue(said) {
  queue.push(said);
  if (!working) work();
}

const busy = () => typing(working || polling);

async function work() {
  working = true;
  busy();
  while (queue.length && !gone) await answered(queue.shift());
  working = false;
  if (!gone) busy();
}

function say(body, shown) {
  const node = place(bubble("you", shown));
  node.scrollIntoView({ block: "nearest" });
  enqueue({ id: freshId(), ...body });
}

const length = (text) => Array.from(text).length;

function send() {
  const text = box.value.trim();
  if (!text || length(text) > MAX) {
    count();
    box.focus();
    return;
  }
  box.value = "";
  grow();
  say({ text }, text);
}

function press(button) {
  if (button.getAttribute("aria-disabled")) return;
  const { name, value, textContent: title } = button;
  if (name === "quick") return say({ text: value }, value);
  if (name === "poll") {
    button.parentElement.remove();
    poll();
    return;
  }
  // Not `disabled`: a keyboard stays where it is, and goes on to the reply's own buttons.
  for (const other of button.parentElement.children) other.setAttribute("aria-disabled", "true");
  button.classList.add("pressed");
  say({ payload: value }, title);
}

function count() {
  const used = length(box.value.trim());
  const over = used - MAX;
  const line = byId("counter");
  line.hidden = used < COUNT_FROM;
  line.classList.toggle("over", over > 0);
  box.setAttribute("aria-invalid", over > 0 ? "true" : "false");
  const text = over > 0 ? words.long : words.counter;
  line.textContent = line.hidden ? "" : text.replace("{count}", over > 0 ? over : used);
}

function grow() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
  count();
  leaveRoom();
}

// ---- going and coming back -----------------------------------------------------------------

function wipe() {
  gone = true;
  queue.length = 0;
  session = null;
  leaving.abort();
  box.value = "";
  log.replaceChildren();
}

function start() {
  const given = form.elements.session.value; // a page that was answered without this script
  if (given) keep(given);
  else if (session) place(element("p", "notice", words.resumed));
  form.elements.session.value = "";
  if (session && !given) polled();
  if (navigator.onLine === false) banner(words.offline);
  grow();
}

document.addEventListener("leave", wipe);
// A page kept for "back" must not come up again after another page of the tab has left.
window.addEventListener("pagehide", () => log.classList.add("put-away"));
window.addEventListener("pageshow", (event) => {
  if (event.persisted && (gone || session !== remembered())) {
    wipe();
    window.location.reload();
    return;
  }
  log.classList.remove("put-away");
});
window.addEventListener("offline", () => banner(words.offline));
window.addEventListener("online", () => banner(""));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name]");
  if (!button) return;
  event.preventDefault();
  press(button);
});
box.addEventListener("input", grow);
window.addEventListener("resize", leaveRoom);
box.addEventListener("keydown", (event) => {
  const desk = window.matchMedia("(hover: hover) and (pointer: fine)").matches;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !desk) return;
  event.preventDefault();
  send();
});
start();
