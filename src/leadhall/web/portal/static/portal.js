// What every page of the portal gains with JavaScript: finding a page, copying code, the language kept, live requests.
"use strict";

const RECENT_EVERY_MS = 3000;

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
  if (fold && matchMedia("(max-width: 52rem)").matches) fold.open = false;
  document.querySelector('.side [aria-current="page"]')?.scrollIntoView({ block: "nearest" });
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

function watchRequests() {
  const place = document.querySelector("[data-recent]");
  if (!place) return;
  const load = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.recent, { headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      if (place.dataset.shown !== text) {
        place.dataset.shown = text;
        place.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
      }
    } catch {
      place.replaceChildren(Object.assign(document.createElement("p"), {
        className: "quiet", textContent: "Recent requests cannot be shown right now; trying again.",
      }));
      delete place.dataset.shown;
    }
  };
  load();
  setInterval(load, RECENT_EVERY_MS);
}

keepLanguage();
foldNavigation();
findPages();
offerCopies();
watchRequests();
