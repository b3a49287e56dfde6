/* Leadhall: sends <form data-leadhall action="…/f/KEY" method="post"> without leaving the page, and says how it went.
   Words: data-sending, data-thanks, data-check, data-failed on the form. Without this script the form works as it stands.
   An <iframe data-leadhall> of a form grows with it. */
(() => {
  "use strict";
  const WORDS = {
    sending: "Sending …",
    thanks: "Thank you. Your message has arrived.",
    check: "Please check what is marked.",
    failed: "This could not be sent. Please try again.",
  };
  const opened = Date.now();

  const word = (form, name) => form.dataset[name] || WORDS[name];

  const told = (form) => {
    let line = form.querySelector("[data-leadhall-told]");
    if (!line) {
      line = document.createElement("p");
      line.dataset.leadhallTold = "";
      form.append(line);
    }
    line.setAttribute("role", "status");
    return line;
  };

  const mark = (form, errors) => {
    const names = errors.map((error) => error.field);
    for (const field of form.elements) {
      if (names.includes(field.name)) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    const first = form.querySelector("[aria-invalid=true]");
    if (first) first.focus();
  };

  const answersOf = (form) => {
    const data = new FormData(form);
    form.leadhallOnce ||= Date.now().toString(36) + Math.random().toString(36).slice(2);
    if (!data.has("_once")) data.set("_once", form.leadhallOnce);
    if (!data.has("_page")) data.set("_page", location.href);
    if (!data.has("_began")) data.set("_took", String(Date.now() - opened));
    return form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  };

  const send = async (form) => {
    const line = told(form);
    const button = form.querySelector("button:not([type=button]), input[type=submit]");
    if (button) button.disabled = true;
    line.textContent = word(form, "sending");
    mark(form, []);
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(form.action, { method: "POST", body: answersOf(form), headers });
      if (answer.ok) {
        const next = form.elements._next && form.elements._next.value;
        if (next) return location.assign(next);
        for (const each of [...form.children]) if (each !== line) each.hidden = true;
        line.textContent = word(form, "thanks");
        return form.dispatchEvent(new CustomEvent("leadhall:sent", { bubbles: true }));
      }
      const body = await answer.json().catch(() => ({}));
      mark(form, answer.status === 422 ? body.errors || [] : []);
      line.textContent = word(form, answer.status === 422 ? "check" : "failed");
    } catch {
      line.textContent = word(form, "failed");
    }
    if (button) button.disabled = false;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-leadhall]")) return;
    event.preventDefault();
    send(form);
  });

  // A page of ours in a frame tells its height; a page that frames one listens to that frame alone.
  if (window.parent !== window && document.querySelector("form[data-leadhall-own]")) {
    const tell = () => parent.postMessage({ leadhallHeight: document.documentElement.offsetHeight }, "*");
    new ResizeObserver(tell).observe(document.documentElement);
  }
  window.addEventListener("message", (event) => {
    const height = event.data && event.data.leadhallHeight;
    if (!Number.isFinite(height)) return;
    for (const frame of document.querySelectorAll("iframe[data-leadhall]")) {
      const isFromIt = event.source === frame.contentWindow && event.origin === new URL(frame.src).origin;
      if (isFromIt) frame.height = Math.min(Math.ceil(height), 5000);
    }
  });
})();
