// Keyboard in the queue, news for screen readers, no double sending, an empty chair's screen.
// Every page works without this file.
(() => {
  "use strict";

  const links = () => [...document.querySelectorAll("#hang-doi .number")];

  // Only while focus is on a row, so that no key is taken from assistive technology.
  document.addEventListener("keydown", (event) => {
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const rows = links();
    const at = rows.indexOf(document.activeElement);
    if (!step || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    rows[Math.min(rows.length - 1, Math.max(0, at + step))].focus();
  });

  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || event.target.hasAttribute("hx-post")) return;
    const buttons = event.target.querySelectorAll("button");
    setTimeout(() => buttons.forEach((button) => (button.disabled = true)));
  });
  // A page that comes back from the browser's memory can be sent again.
  window.addEventListener("pageshow", () =>
    document.querySelectorAll("button:disabled").forEach((button) => (button.disabled = false)),
  );

  const say = (name) => {
    const live = document.getElementById("tin-moi");
    if (live) live.textContent = name ? live.dataset[name] : "";
  };
  const seen = () => {
    const queue = document.getElementById("hang-doi");
    return queue ? `${queue.dataset.total} ${queue.dataset.first}` : "";
  };
  let before = seen();
  document.addEventListener("htmx:afterSwap", () => {
    say(seen() === before ? "" : "changed");
    before = seen();
  });
  document.addEventListener("htmx:responseError", () => say("failed"));
  document.addEventListener("htmx:sendError", () => say("failed"));

  // The session is over by now: nothing stays on the screen of an empty chair.
  const idle = Number(document.body.dataset.idle) * 1000;
  // htmx notes the present path in the tab; nothing of it outlives a sign-out.
  if (!idle) sessionStorage.clear();
  else {
    let timer = 0;
    const restart = () => {
      clearTimeout(timer);
      timer = setTimeout(() => location.replace("/dang-nhap?het-han=1"), idle);
    };
    ["keydown", "pointerdown"].forEach((name) => document.addEventListener(name, restart));
    restart();
  }
})();
