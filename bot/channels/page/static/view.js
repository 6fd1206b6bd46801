// What the conversation looks like. Texts reach the page by textContent only, and links only as
// http, https or tel.
const SAFE = new Set(["http:", "https:", "tel:"]);
const words = document.getElementById("chat").dataset;
const log = document.getElementById("log");

export const byId = (id) => document.getElementById(id);

export function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export function bubble(who, text) {
  const node = element("div", `message ${who}`);
  const paragraph = element("p", "text");
  paragraph.append(element("span", "unseen", `${words[who]} `));
  for (const line of text.split("\n")) {
    paragraph.append(element("span", line.startsWith("•") ? "line item" : "line", line));
  }
  node.append(paragraph);
  return node;
}

export function place(node) {
  log.append(node);
  return node;
}

function safeAddress(url) {
  try {
    return SAFE.has(new URL(url).protocol);
  } catch (_) {
    return false;
  }
}

function linkList(links) {
  const list = element("ul", "links");
  list.setAttribute("aria-label", words.links);
  for (const { title, url } of links.filter((link) => safeAddress(link.url))) {
    const link = element("a", url.startsWith("tel:") ? "call" : "away", title);
    link.href = url;
    link.rel = "noreferrer noopener nofollow";
    const item = element("li");
    item.append(link);
    list.append(item);
  }
  return list;
}

function choiceGroup(buttons) {
  const group = element("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", words.choices);
  for (const { title, payload } of buttons) {
    const button = element("button", "", title);
    button.type = "button";
    button.name = "payload";
    button.value = payload;
    group.append(button);
  }
  return group;
}

export function show(messages) {
  const before = log.lastElementChild;
  for (const { text, buttons = [], links = [] } of messages) {
    const node = bubble("bot", text);
    if (links.length) node.append(linkList(links));
    if (buttons.length) node.append(choiceGroup(buttons));
    place(node);
  }
  const first = before ? before.nextElementSibling : log.firstElementChild;
  if (first) first.scrollIntoView({ block: "start" });
}

function callLinks() {
  const lines = Array.from(document.querySelectorAll("#calls a"));
  const titles = lines.map((line) => line.querySelector("b").textContent);
  return linkList(lines.map((line, i) => ({ title: titles[i], url: line.href })));
}

/** Something went wrong: said in the conversation, with the numbers and, if given, a button. */
export function notice(text, again) {
  const node = element("div", "notice");
  node.append(element("p", "", text), callLinks());
  if (again) {
    const button = element("button", "", words.again);
    button.type = "button";
    button.addEventListener("click", () => {
      node.remove();
      again();
    });
    node.append(button);
  }
  place(node).scrollIntoView({ block: "nearest" });
}

export function banner(text) {
  const node = byId("banner");
  node.hidden = !text;
  node.textContent = text || "";
}

export function typing(busy) {
  if (busy === !byId("typing").hidden) return;
  byId("typing").hidden = !busy;
  byId("status").textContent = busy ? words.typing : "";
  if (busy) byId("typing").scrollIntoView({ block: "nearest" });
}

/** Whatever is scrolled or focused into view must not end under the fixed top or bottom. */
export function leaveRoom() {
  const top = document.querySelector(".top");
  const bottom = document.querySelector(".compose");
  const fixed = window.getComputedStyle(top).position === "sticky";
  const root = document.documentElement.style;
  root.scrollPaddingTop = fixed ? `${top.offsetHeight + 8}px` : "4.5rem";
  root.scrollPaddingBottom = `${bottom.offsetHeight + 16}px`;
}
