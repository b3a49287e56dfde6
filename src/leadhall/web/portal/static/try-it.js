// Try It: makes a request from the form, sends it from this tab, shows the answer, and faults at their fields.
"use strict";

const form = document.getElementById("try");
const described = JSON.parse(document.getElementById("examples").textContent);
const answer = document.getElementById("answer");
const SAMPLES_AFTER_MS = 250;

const controls = (part) => [...form.querySelectorAll(`[data-part="${part}"] .control`)];
const inputOf = (control) => control.querySelector("input, select, textarea, .pairs");
const byId = (id) => document.getElementById(id);

function addPair(pairs, key = "", value = "") {
  const row = document.createElement("div");
  row.className = "pair";
  for (const [label, text] of [["key", key], ["value", value]]) {
    const input = document.createElement("input");
    input.setAttribute("aria-label", label);
    input.placeholder = label;
    input.value = text;
    row.append(input);
  }
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "small-button", textContent: "×" });
  remove.setAttribute("aria-label", "Remove this pair");
  remove.addEventListener("click", () => { row.remove(); samplesSoon(); });
  row.append(remove);
  pairs.querySelector("[data-add-pair]").before(row);
}

function valueOf(control) {
  const input = inputOf(control);
  switch (control.dataset.control) {
    case "pairs": {
      const rows = [...input.querySelectorAll(".pair")].map((row) => [...row.querySelectorAll("input")].map((each) => each.value));
      const filled = rows.filter(([key]) => key !== "");
      return filled.length ? Object.fromEntries(filled) : undefined;
    }
    case "yes_no": return input.value === "" ? undefined : input.value === "true";
    case "number": return input.value === "" ? undefined : Number.isNaN(Number(input.value)) ? input.value : Number(input.value);
    case "json": return input.value.trim() === "" ? undefined : readJson(input.value);
    default: return input.value === "" ? undefined : input.value;
  }
}

function readJson(text) {
  try { return JSON.parse(text); } catch { return text; }
}

function setValue(control, value) {
  const input = inputOf(control);
  if (control.dataset.control === "pairs") {
    input.querySelectorAll(".pair").forEach((row) => row.remove());
    const pairs = value !== null && typeof value === "object" ? Object.entries(value) : value === undefined ? [] : [["message", value]];
    for (const [key, inner] of pairs) addPair(input, key, typeof inner === "string" ? inner : JSON.stringify(inner));
  } else {
    input.value = value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  }
}

const isRaw = () => byId("try-raw")?.checked ?? false;

function bodyOf() {
  if (!form.querySelector('[data-part="body"]')) return undefined;
  if (isRaw()) return readJson(byId("try-json").value);
  const values = controls("body").map((control) => [control.dataset.name, valueOf(control)]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function requestOf() {
  let path = form.dataset.path;
  for (const control of controls("path")) path = path.replace(`{${control.dataset.name}}`, encodeURIComponent(valueOf(control) ?? ""));
  const query = new URLSearchParams();
  for (const control of controls("query")) {
    const value = valueOf(control);
    if (value !== undefined) query.set(control.dataset.name, String(value));
  }
  const headers = {};
  for (const control of controls("headers")) {
    const value = valueOf(control);
    if (value !== undefined) headers[control.dataset.name] = value;
  }
  if (byId("try-dry")?.checked) headers["Dry-Run"] = "true";
  const text = query.toString();
  return { url: location.origin + path + (text ? `?${text}` : ""), headers, body: bodyOf() };
}

function clearFaults() {
  for (const place of form.querySelectorAll(".fault")) { place.hidden = true; place.textContent = ""; }
  for (const control of form.querySelectorAll(".control--wrong")) control.classList.remove("control--wrong");
}

function showFault({ field, message }) {
  const control = [...form.querySelectorAll(".control")].find((each) => each.dataset.name.toLowerCase() === String(field).toLowerCase());
  const place = control?.querySelector(".fault") ?? (field && byId("try-json-fault"));
  control?.classList.add("control--wrong");
  control?.closest("details")?.setAttribute("open", "");
  if (place) { place.hidden = false; place.textContent = [place.textContent, message].filter(Boolean).join(" "); }
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

// JSON as JSON.stringify writes it, in the colours of the page: a key, a string, a number, a word, or what is between.
const JSON_PIECES = /("(?:[^"\\]|\\.)*")(?=:)|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|(true|false|null)|[^"\dtfn-]+|./g;
const COLOURED_MOST_CHARS = 20_000;

function coloured(kind, text) {
  return kind ? element("span", { className: kind, textContent: text }) : text;
}

function colouredJson(text) {
  if (text.length > COLOURED_MOST_CHARS || readJson(text) === text) return [text];
  return [...text.matchAll(JSON_PIECES)].map(([all, key, string, number, word]) =>
    coloured(key ? "t" : string ? "s" : number ? "n" : word ? "k" : "", all));
}

async function showAnswer(response, ms) {
  const text = await response.text();
  const status = element("strong", { className: response.ok ? "status status--ok" : "status", textContent: `${response.status}` });
  const line = element("p", { className: "answer-line" }, status, element("span", { textContent: `${Math.round(ms)} ms` }), element("span", { textContent: `${text.length} characters` }));
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  const more = element("details", {}, element("summary", { textContent: "Headers" }), element("pre", { tabIndex: 0, textContent: headers }));
  answer.replaceChildren(line, element("pre", { tabIndex: 0 }, ...colouredJson(pretty(text))), more);
  const faults = readJson(text)?.errors;
  if (Array.isArray(faults)) faults.forEach(showFault);
  (form.querySelector(".control--wrong") ?? answer).scrollIntoView({ block: "nearest" });
}

async function send(event) {
  event.preventDefault();
  clearFaults();
  const { url, headers, body } = requestOf();
  const token = byId("try-token")?.value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const button = form.querySelector(".button");
  button.disabled = true;
  const began = performance.now();
  try {
    const options = { method: form.dataset.method, headers, credentials: "omit" };
    if (body !== undefined) options.body = isRaw() ? byId("try-json").value : JSON.stringify(body);
    await showAnswer(await fetch(url, options), performance.now() - began);
  } catch (error) {
    answer.replaceChildren(element("p", { textContent: `The server was not reached: ${error.message}` }));
  } finally {
    button.disabled = false;
  }
}

let waiting;
function samplesSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(showSamples, SAMPLES_AFTER_MS);
}

async function showSamples() {
  const wanted = { operation: form.dataset.slug, ...requestOf() };
  if (wanted.body === undefined) delete wanted.body;
  const response = await fetch("/docs/samples", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wanted), credentials: "omit",
  });
  if (!response.ok) return;
  const token = byId("try-token")?.value.trim();
  for (const [key, code] of Object.entries(await response.json())) {
    const place = document.querySelector(`[data-sample="${key}"]`);
    place?.replaceChildren(...code.map(([kind, text]) => coloured(kind, token ? text.replaceAll("Bearer TOKEN", `Bearer ${token}`) : text)));
  }
}

function fill({ body, query = {}, headers = {}, path = {}, raw }) {
  for (const control of controls("path")) if (path[control.dataset.name]) setValue(control, path[control.dataset.name]);
  for (const control of controls("query")) setValue(control, query[control.dataset.name]);
  for (const control of controls("headers")) setValue(control, headers[control.dataset.name]);
  if (byId("try-dry") && headers["Dry-Run"]) byId("try-dry").checked = true;
  const known = new Set(controls("body").map((control) => control.dataset.name));
  const fits = body !== null && typeof body === "object" && Object.keys(body).every((name) => known.has(name));
  if (known.size && (raw !== undefined || (body !== undefined && body !== null && !fits))) {
    byId("try-raw").checked = true;
    byId("try-json").value = raw ?? JSON.stringify(body, null, 2);
  } else {
    for (const control of controls("body")) setValue(control, body?.[control.dataset.name]);
    if (byId("try-raw")) byId("try-raw").checked = false;
    if (byId("try-json")) byId("try-json").value = JSON.stringify(body ?? {}, null, 2);
  }
  for (const more of form.querySelectorAll(".more-fields")) {
    more.open = [...more.querySelectorAll(".control")].some((control) => valueOf(control) !== undefined);
  }
  showRaw();
  samplesSoon();
}

function showRaw() {
  if (!byId("try-json")) return;
  byId("try-json").hidden = !isRaw();
  for (const control of controls("body")) control.hidden = isRaw();
  for (const more of form.querySelectorAll('[data-part="body"] .more-fields')) more.hidden = isRaw();
}

function switchRaw() {
  if (isRaw()) {
    byId("try-raw").checked = false;
    const body = bodyOf();
    byId("try-raw").checked = true;
    byId("try-json").value = JSON.stringify(body, null, 2);
  }
  showRaw();
  samplesSoon();
}

form.addEventListener("submit", send);
form.addEventListener("input", samplesSoon);
form.addEventListener("click", (event) => {
  if (event.target.matches("[data-add-pair]")) { addPair(event.target.parentElement); samplesSoon(); }
});
byId("try-example")?.addEventListener("change", (event) => {
  if (event.target.value !== "") fill(described.examples[Number(event.target.value)]);
});
byId("try-demo")?.addEventListener("change", (event) => { byId("try-token").value = event.target.value; samplesSoon(); });
byId("try-raw")?.addEventListener("change", switchRaw);
if (described.opened) fill(described.opened);
