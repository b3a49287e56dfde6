// What pages of the console do beyond plain HTML. Each works without this file, with one more press.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  // the menu is folded on narrow screens only
  const wide = matchMedia("(min-width: 62rem)");
  const fold = () => document.querySelectorAll("[data-open-wide]").forEach((each) => { each.open = wide.matches; });
  wide.addEventListener("change", fold);
  fold();

  // a choice that is made by choosing
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  // the time zone of whoever makes a business is most likely the business's
  const zone = document.querySelector("[data-own-zone]");
  if (zone && zone.value === "UTC") {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...zone.options].some((each) => each.value === own)) zone.value = own;
  }
})();

// keys: lists by j and k, answers by r, archive by e, and ? tells of them
(() => {
  "use strict";
  const where = document.querySelector("[data-keys]")?.dataset.keys;
  if (!where) return;
  const help = document.getElementById("keys");
  const leads = () => [...document.querySelectorAll("[data-lead]")];
  const here = () => document.activeElement?.closest("[data-lead]");
  const link = (lead) => lead?.querySelector(".lead-link");
  const step = (by) => {
    const all = leads(), at = all.indexOf(here());
    link(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)])?.focus();
  };
  const tick = (lead) => { const box = lead?.querySelector("input[type=checkbox]"); if (box) box.checked = !box.checked; };
  const only = (lead) => {
    leads().forEach((each) => { each.querySelector("input[type=checkbox]").checked = each === lead; });
  };
  const archive = () => {
    if (where === "list") {
      if (!document.querySelector("[data-lead] input:checked")) { if (!here()) return; only(here()); }
    }
    document.querySelector("[data-archive]")?.click();
  };
  const reply = () => {
    if (where === "list") { const to = link(here()); if (to) location.href = to.href + "#text"; return; }
    document.querySelector("[data-reply]")?.focus();
  };
  const KEYS = {
    j: () => step(1), k: () => step(-1), x: () => tick(here()), e: archive, r: reply,
    u: () => document.querySelector("[data-back]")?.click(), "/": () => document.getElementById("q")?.focus(),
    "?": () => help?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || help?.open || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  // canned replies go where one writes, and what is written is kept as a draft
  const text = document.querySelector("[data-reply]");
  if (!text) return;
  document.querySelectorAll("[data-canned]").forEach((each) => each.addEventListener("click", () => {
    text.setRangeText((text.value && !text.value.endsWith("\n") ? "\n" : "") + each.dataset.canned, text.value.length, text.value.length, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }));
  let waiting;
  const keep = () => {
    const told = new URLSearchParams(new FormData(text.form));
    told.set("act", "draft");
    fetch(text.dataset.draft, { method: "POST", body: told, headers: { "HX-Request": "true" } });
  };
  text.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 1200); });
  text.form.addEventListener("submit", () => clearTimeout(waiting));
})();
