// Keeps a draft while it is written: on this device at once, on the server every few seconds. A closed phone loses nothing.
//   <form data-draft="/posts/12/draft/" data-draft-key="post-12"> with an element [data-saved] that shows where the words are.
// The server answers {hour, revision?, key?, draft?, page?, parts?: {element id: html}}, or 409 {sentence, way?: {url, label}}.
import { fill, localDigits } from "./digits.js";

const WAIT_MS = 1500;
const LONGEST_MS = 8000;
const RETRY_MS = 15000;
const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "expected_revision", "password"]);

function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER_KEPT.has(name));
}

function keep(form) {
  try {
    localStorage.setItem(`ravi:${form.dataset.draftKey}`, JSON.stringify({ at: Date.now(), revision: form.elements.expected_revision?.value, fields: fieldsOf(form) }));
    return true;
  } catch { return false; }
}

function forget(key) {
  try { localStorage.removeItem(`ravi:${key}`); } catch { /* nothing was kept */ }
}

function kept(form) {
  try { return JSON.parse(localStorage.getItem(`ravi:${form.dataset.draftKey}`)); } catch { return null; }
}

function say(form, sentence, state = "", way = null) {
  const place = form.querySelector("[data-saved]") ?? document.querySelector("[data-saved]");
  if (!place) return;
  place.dataset.state = state;
  const words = place.querySelector("span");
  words.textContent = sentence;
  if (!way) return;
  const link = Object.assign(document.createElement("a"), { href: way.url, textContent: way.label });
  words.append(" ", link);
}

function wordsOf(form) {
  return (form.querySelector("[data-saved]") ?? document.querySelector("[data-saved]"))?.dataset ?? {};
}

function putBack(form) {
  const found = kept(form), before = JSON.stringify(fieldsOf(form));
  if (!found) return false;
  // What was written on a newer revision elsewhere is not overwritten in silence: the server will tell the two apart.
  const names = new Set(found.fields.map(([name]) => name));
  for (const control of form.elements) {
    if (!control.name || control.type === "file" || NEVER_KEPT.has(control.name)) continue;
    const values = found.fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
    else if (names.has(control.name) && control.type !== "hidden") control.value = values[0];
  }
  if (JSON.stringify(fieldsOf(form)) === before) return false;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

// A part with fields in it is drawn anew only when its platforms changed and nothing was typed since.
function mayRedraw(place, html, isStill) {
  const names = (root) => [...root.querySelectorAll("[data-platform]")].map((one) => one.dataset.platform).join();
  if (!place.querySelector("input, select, textarea") && !html.includes("<textarea")) return true;
  const fresh = new DOMParser().parseFromString(html, "text/html");
  return isStill && names(place) !== names(fresh);
}

function takeAnswer(form, answer, sentFields) {
  if (answer.revision !== undefined && form.elements.expected_revision) form.elements.expected_revision.value = answer.revision;
  const key = form.dataset.draftKey, isStill = JSON.stringify(fieldsOf(form)) === sentFields;
  if (answer.key) form.dataset.draftKey = answer.key;
  if (answer.draft) form.dataset.draft = answer.draft;
  if (answer.page) { history.replaceState(null, "", answer.page); form.action = answer.page; }
  for (const [id, html] of Object.entries(answer.parts ?? {})) {
    const place = document.getElementById(id);
    if (place && !place.contains(document.activeElement) && mayRedraw(place, html, isStill)) place.innerHTML = html;
  }
  if (isStill) forget(key);
  document.dispatchEvent(new Event("ravi:redrawn"));
  say(form, fill(wordsOf(form).wordsAt ?? "", { hour: localDigits(answer.hour ?? "") }), "there");
}

async function send(form) {
  const sentFields = JSON.stringify(fieldsOf(form));
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
  try {
    const response = await fetch(form.dataset.draft, { method: "POST", body, headers: { Accept: "application/json", "X-Ravi-Draft": "1" }, redirect: "manual" });
    if (response.type === "opaqueredirect") { say(form, wordsOf(form).wordsOut ?? "", "away"); return "out"; }
    const answer = await response.json();
    if (response.status === 409) { say(form, answer.sentence, "two", answer.way); return "two"; }
    if (!response.ok) throw new Error(String(response.status));
    takeAnswer(form, answer, sentFields);
    return "there";
  } catch {
    say(form, wordsOf(form).wordsAway ?? "", "away");
    return "away";
  }
}

function startDraft(form) {
  let timer = 0, isSending = false, isDirty = false, dirtySince = 0;
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(now, wait); };
  // After a short silence; whoever writes without a pause is not kept waiting for one.
  const changed = () => {
    if (!isDirty) dirtySince = Date.now();
    isDirty = true; keep(form); later(Math.min(WAIT_MS, Math.max(0, dirtySince + LONGEST_MS - Date.now())));
  };
  async function now() {
    if (isSending) return later(WAIT_MS);
    isSending = true; isDirty = false;
    const outcome = await send(form);
    isSending = false;
    if (outcome === "out") isDirty = true;
    else if (outcome === "away") { isDirty = true; later(RETRY_MS); } else if (outcome === "there" && isDirty) later(WAIT_MS);
  }
  const restored = putBack(form);
  if (restored) { say(form, wordsOf(form).wordsRestored ?? "", "here"); later(WAIT_MS); }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    keep(form); clearTimeout(timer);
    if (navigator.onLine) return;
    // The browser's own page about the network would take the words out of sight.
    event.preventDefault(); isDirty = true;
    say(form, wordsOf(form).wordsAway ?? "", "away");
    document.querySelector("[data-saved]")?.scrollIntoView({ block: "center" });
  });
  addEventListener("online", () => isDirty && later(0));
  document.addEventListener("visibilitychange", () => { if (document.hidden && isDirty) { keep(form); now(); } });
}

// A page that follows a sent form names the draft that is now safe: <meta name="ravi-sent" content="post-12">
for (const done of document.querySelectorAll('meta[name="ravi-sent"]')) forget(done.content);
for (const form of document.querySelectorAll("form[data-draft]")) startDraft(form);
