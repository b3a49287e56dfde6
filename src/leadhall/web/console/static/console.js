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
