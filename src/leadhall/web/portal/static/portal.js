// What every page of the portal gains with JavaScript: finding a page, copying code, the language kept, live requests.
"use strict";

const LOOK_EVERY_MS = 5000;
const LOST_AFTER_MS = 4000;

function keepLanguage() {
  const radios = document.querySelectorAll('input[name="language"]');
  const kept = localStorage.getItem("language");
  for (const radio of radios) {
    if (radio.value === kept) radio.checked = true;
    radio.addEventListener("change", () => localStorage.setItem("language", radio.value));
  }
}

function foldNavigation() {
  const fold = document.querySelector(".side-fold");
  const narrow = matchMedia("(max-width: 52rem)");
  const suit = () => { if (fold) fold.open = !narrow.matches; };
  narrow.addEventListener("change", suit);
  if (narrow.matches) suit();
  document.querySelector('.side [aria-current="page"]')?.scrollIntoView({ block: "center" });
}

function findPages() {
  const field = document.querySelector("[data-nav-find]");
  if (!field) return;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase();
    for (const entry of document.querySelectorAll(".side li")) {
      entry.hidden = !entry.textContent.toLowerCase().includes(words);
    }
  });
}

function offerCopies() {
  for (const pre of document.querySelectorAll("pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small-button copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    pre.parentElement.classList.add("copied-from");
    pre.after(button);
  }
}

// Tells `look` when requests came, and each time the tab is seen again. A tab that nobody sees holds no stream open,
// for a browser opens few at once. Without a stream it looks every few seconds. `lost` hears when the server stays away.
function follow(url, look, lost) {
  let source, away;
  const open = () => {
    if (!url || source || document.hidden) return;
    source = new EventSource(url);
    source.addEventListener("changed", look);
    source.addEventListener("error", () => { away ??= setTimeout(lost, LOST_AFTER_MS); });
    source.addEventListener("open", () => { clearTimeout(away); away = undefined; look(); });
  };
  const close = () => { source?.close(); source = undefined; clearTimeout(away); away = undefined; };
  const seen = () => { if (document.hidden) close(); else { open(); look(); } };
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => { if (event.persisted) seen(); });
  open();
  if (!url) setInterval(() => { if (!document.hidden) look(); }, LOOK_EVERY_MS);
}

async function fetchPart(url) {
  const answer = await fetch(url, { headers: { accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.status);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function watchRecent() {
  const place = document.querySelector("[data-recent]");
  if (!place) return;
  let shown = "", following = false;
  const look = async () => {
    try {
      const part = await fetchPart(place.dataset.recent);
      const live = part.querySelector("[data-live]")?.dataset.live;
      if (shown !== part.body.innerHTML) {
        shown = part.body.innerHTML;
        place.replaceChildren(...part.body.childNodes);
      }
      if (live && !following) { following = true; follow(live, look, lost); }
    } catch { lost(); }
  };
  const lost = () => {
    shown = "";
    place.replaceChildren(Object.assign(document.createElement("p"), {
      className: "quiet", textContent: "Recent requests cannot be shown right now; trying again.",
    }));
    if (!following) setTimeout(look, LOOK_EVERY_MS);
  };
  look();
}

// The full history: what comes is counted, and shown when the reader asks for it, so that nothing moves while they read.
function watchHistory() {
  const place = document.querySelector("[data-rows]");
  if (!place) return;
  const state = place.querySelector("[data-state]"), pill = place.querySelector("[data-fresh]");
  let fresh = [];
  const say = (words, kind) => { if (state.textContent !== words) state.textContent = words; place.dataset.kind = kind; };
  const look = async () => {
    if (place.dataset.kind !== "live") say("Retrieving…", "waiting");
    try {
      const part = await fetchPart(place.dataset.rows);
      const loggedOut = part.querySelector("[data-logged-out]");
      if (loggedOut) { place.replaceChildren(...loggedOut.childNodes); return; }
      const known = new Set([...document.querySelectorAll("[data-request]")].map((row) => row.dataset.request));
      fresh = [...part.querySelectorAll("[data-request]")].filter((row) => !known.has(row.dataset.request));
      pill.textContent = fresh.length === 1 ? "1 new request" : `${fresh.length} new requests`;
      pill.hidden = fresh.length === 0;
      say(place.dataset.live ? "Live" : "Looked at every few seconds", "live");
    } catch { lost(); }
  };
  const lost = () => say("The history cannot be refreshed right now; trying again.", "lost");
  pill.addEventListener("click", () => {
    const rows = document.querySelector(".requests tbody");
    if (!rows) { location.reload(); return; }
    for (const row of fresh) {
      row.classList.add("fresh");
      rows.insertBefore(row, [...rows.rows].find((each) => each.dataset.request < row.dataset.request) ?? null);
    }
    fresh[0]?.querySelector("a").focus({ preventScroll: true });
    fresh = [];
    pill.hidden = true;
  });
  follow(place.dataset.live, look, lost);
}

keepLanguage();
foldNavigation();
findPages();
offerCopies();
watchRecent();
watchHistory();
