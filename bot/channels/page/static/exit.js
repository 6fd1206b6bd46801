// "Thoát nhanh": empties what this tab holds, then puts another page in this one's place.
const exit = document.getElementById("exit");
const PRESSES = 3;
const WITHIN = 2000;
let presses = [];

function leave(event) {
  if (event) event.preventDefault();
  document.dispatchEvent(new Event("leave"));
  try {
    sessionStorage.clear();
  } catch (_) {
    // Storage is forbidden here: then it holds nothing either.
  }
  const address = exit.href;
  document.body.replaceChildren();
  document.title = "…";
  window.location.replace(address);
}

exit.addEventListener("click", leave);
exit.addEventListener("auxclick", leave);
document.addEventListener("keydown", (event) => {
  // Escape also ends a Vietnamese keyboard's half-typed word: that one is not ours.
  if (event.key !== "Escape" || event.isComposing || event.repeat) return;
  presses = [...presses.filter((at) => event.timeStamp - at < WITHIN), event.timeStamp];
  if (presses.length >= PRESSES) leave(event);
});
