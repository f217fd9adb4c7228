function placeOfAway(form) {
  const place = document.getElementById("away") ?? Object.assign(document.createElement("p"), { id: "away", className: "say is-unknown" });
  place.setAttribute("role", "alert");
  if (form.matches(".dock")) document.getElementById("main").prepend(place);
  else (form.querySelector(".btns, button") ?? form).before(place);
  return place;
}
document.addEventListener("submit", (event) => {
  const form = event.target, words = document.body.dataset.wordsAway;
  if (navigator.onLine || !words || form.method !== "post" || form.dataset.draft !== undefined) return;
  event.preventDefault();
  const place = placeOfAway(form);
  place.textContent = words;
  place.scrollIntoView({ block: "center" });
});
async function copyOf(field) {
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy"); // pages without TLS have no clipboard of their own
  }
}
function restoreLater(word, before) {
  setTimeout(() => { word.textContent = before; }, 3000);
}
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const word = button.querySelector("span");
  if (!field || !word) continue;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    const before = word.textContent;
    if (await copyOf(field)) {
      word.textContent = button.dataset.copied;
      restoreLater(word, before);
    }
  });
}
const isPersian = document.documentElement.lang.startsWith("fa");
const grouped = new Intl.NumberFormat(isPersian ? "fa-IR" : "en-GB");
function localDigits(text) {
  return isPersian ? String(text).replace(/\d/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[d]) : String(text);
}
function plainDigits(text) {
  return text.replace(/[۰-۹]/g, (d) => "۰۱۲۳۴۵۶۷۸۹".indexOf(d)).replace(/[٠-٩]/g, (d) => "٠١٢٣٤٥٦٧٨٩".indexOf(d));
}
function localNumber(count) {
  return grouped.format(count);
}
function fill(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
}
const ESCAPED = /(?<!\\)(\\+)([*[>])/gu;
const MARKED_BOLD = /\*\*(?=[^\s*])([^\n]{0,999}?)(?<=[^\s*])\*\*(?!\*)/gu;
const MARKED_LINK = /\[([^[\]\n]{1,300})\]\((https?:\/\/(?:[^\s()]|\([^\s()]*\))+)\)/giu;
const MARKED_LINE = /^> ?/gmu;
const GUILLEMETS = new Set(["fa", "ar", "ckb", "ku", "azb", "ur", "ps"]);
function unescaped(source) {
  const half = (slashes) => "\\".repeat(Math.floor(slashes.length / 2));
  return [
    source.replace(ESCAPED, (_all, slashes, letter) => half(slashes) + letter),
    source.replace(ESCAPED, (_all, slashes, letter) => half(slashes) + (slashes.length % 2 ? "x" : letter)),
  ];
}
function shownWords(source, kinds, lang) {
  const [words, shadow] = unescaped(source);
  const gone = new Uint8Array(words.length);
  const added = [];
  const kept = (start, end) => words.slice(start, end).split("").filter((_letter, place) => !gone[start + place]).join("");
  const links = [...shadow.matchAll(MARKED_LINK)].filter((link) => link[1].trim());
  for (const link of links) gone.fill(1, link.index, link.index + 1).fill(1, link.index + 1 + link[1].length, link.index + link[0].length);
  const quotes = [];
  for (const line of shadow.matchAll(MARKED_LINE)) {
    const found = shadow.indexOf("\n", line.index + line[0].length);
    const end = found < 0 ? shadow.length : found;
    gone.fill(1, line.index, line.index + line[0].length);
    if (quotes.length && quotes.at(-1)[1] === line.index - 1) quotes.at(-1)[1] = end;
    else quotes.push([line.index, end]);
  }
  const shown = shadow.split("").map((letter, place) => (gone[place] && letter === "*" ? "x" : letter)).join("");
  for (const bold of shown.matchAll(MARKED_BOLD)) gone.fill(1, bold.index, bold.index + 2).fill(1, bold.index + bold[0].length - 2, bold.index + bold[0].length);
  if (!kinds.has("link")) for (const link of links) if (kept(link.index, link.index + link[0].length) !== link[2]) added.push([link.index + link[0].length, ` (${link[2]})`]);
  if (!kinds.has("quote")) {
    const [open, close] = GUILLEMETS.has(lang) ? "«»" : "“”";
    for (const [start, end] of quotes) if (kept(start, end) && !/^[«“"„]/u.test(kept(start, end))) added.push([start, open], [end, close]);
  }
  let text = "";
  for (let place = 0; place <= words.length; place++) {
    text += added.filter(([where]) => where === place).map(([, more]) => more).join("");
    if (place < words.length && !gone[place]) text += words[place];
  }
  return text;
}
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
const utf8 = new TextEncoder();
const WEB = /https?:\/\/\S+/gu;
const WEB_ON_X = /https?:\/\/[^\s/،؛]+(?:\/(?:[\x21-\x7e]*[\w/#=&%+-])?)?/gu;
const BARE = /(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:ir|com|org|net|edu|gov|info|int|io|me)(?:\/[\x21-\x7e]*)?(?![\w@])/giu;
const MENTION = /(@[\w.-]+)@[\w.-]+\.\w+/gu;
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
function graphemes(text) {
  return segmenter ? [...segmenter.segment(text)].map((part) => part.segment) : [...text];
}
function weighted(text) {
  let links = 0;
  const rest = text.normalize("NFC").replace(WEB_ON_X, () => (links++, "")).replace(BARE, () => (links++, ""));
  return graphemes(rest).reduce((sum, part) => sum + (EMOJI.test(part) ? 2 : weightOf(part)), links * 23);
}
function weightOf(part) {
  let sum = 0;
  for (const char of part) {
    const code = char.codePointAt(0);
    const isLight = code <= 0x10ff || (code >= 0x2000 && code <= 0x200d) || (code >= 0x2010 && code <= 0x201f) || (code >= 0x2032 && code <= 0x2037);
    sum += isLight ? 1 : 2;
  }
  return sum;
}
const UNITS = {
  telegram_utf16: (text) => text.length,
  x_weighted: weighted,
  bluesky_graphemes: (text) => graphemes(text).length,
  mastodon_chars: (text) => graphemes(text.replace(WEB, "x".repeat(23)).replace(MENTION, "$1")).length,
  utf8_bytes: (text) => utf8.encode(text).length,
  threads_chars: (text) => graphemes(text).reduce((sum, part) => sum + (EMOJI.test(part) ? utf8.encode(part) : [...part]).length, 0),
};
function measure(text, unit) {
  return (UNITS[unit] ?? UNITS.bluesky_graphemes)(text);
}
function written(id) {
  return document.getElementById(id)?.value.replace(/\r\n/g, "\n").trim() ?? "";
}
function wordsFor(counter) {
  const { unit, limit, own, from = "", link, marks = "", lang = "fa" } = counter.dataset;
  const address = link ? written(link) : "";
  const kinds = new Set(marks.split(" "));
  const count = (source) => {
    const text = shownWords(source, kinds, lang);
    const isThere = text.includes(address) || (kinds.has("link") && source.includes(`](${address})`));
    return measure(address && !isThere ? `${text}\n${address}` : text, unit);
  };
  const mine = own ? written(own) : "";
  if (mine) return { count: count(mine), isOwn: true };
  const counts = from.split(" ").filter(Boolean).map(written).filter(Boolean).map(count);
  const fitting = counts.filter((n) => !limit || n <= Number(limit));
  if (fitting.length) return { count: Math.max(...fitting), isOwn: false };
  return { count: counts.length ? Math.min(...counts) : 0, isOwn: false };
}
function drawThread(svg, used, limit) {
  const over = used > limit;
  const edge = over ? Math.min(96, Math.round((limit * 100) / used)) : Math.round((used * 100) / limit);
  const line = (name, d) => {
    let path = svg.querySelector(`.${name}`);
    if (!path) svg.append((path = document.createElementNS(svg.namespaceURI, "path")));
    path.setAttribute("class", name);
    d ? path.setAttribute("d", d) : path.removeAttribute("d");
  };
  line("rest", over ? "" : "M0 4H100");
  line("run", edge ? `M0 4H${edge}` : "");
  line("over", over ? `M${edge} 4H100` : "");
}
function show(counter) {
  const limit = Number(counter.dataset.limit) || 0;
  const { count, isOwn } = wordsFor(counter);
  const over = limit > 0 && count > limit;
  counter.classList.toggle("is-over", over);
  counter.classList.toggle("is-near", limit > 0 && !over && count * 10 >= limit * 9);
  if (counter.dataset.own) {
    counter.classList.toggle("fork-own", isOwn);
    const note = counter.querySelector("[data-note]");
    if (note) note.textContent = isOwn ? counter.dataset.wordsOwn : counter.dataset.wordsSame;
  }
  if (!limit) return { over, was: false };
  const was = counter.dataset.over === "1";
  counter.dataset.over = over ? "1" : "";
  const words = over ? counter.dataset.wordsOver : counter.dataset.wordsOf;
  counter.querySelector("[data-count]").textContent = fill(words, { n: localNumber(over ? count - limit : count), limit: localNumber(limit) });
  drawThread(counter.querySelector(".len"), count, limit);
  return { over, was };
}
function announce(changed) {
  const status = document.querySelector("[data-counters-status]");
  if (status && changed.length) status.textContent = changed.map((c) => `${c.querySelector("b").textContent}: ${c.querySelector("[data-count]").textContent}`).join("، ");
}
function startCounters() {
  const counters = () => [...document.querySelectorAll("[data-counter]")];
  let waiting = 0;
  const refresh = (speak) => announce(counters().filter((c) => { const { over, was } = show(c); return speak && over !== was; }));
  document.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => refresh(true));
  });
  document.addEventListener("ravi:redrawn", () => refresh(false));
  refresh(false);
}
startCounters();
const DAY_MS = 86400000;
const jalali = new Intl.DateTimeFormat("en-US-u-ca-persian-nu-latn", { timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric" });
const pageLanguage = document.documentElement.lang;
function jalaliOf(moment) {
  const parts = Object.fromEntries(jalali.formatToParts(moment).map(({ type, value }) => [type, parseInt(value, 10)]));
  return [parts.year, parts.month, parts.day].join("/");
}
function gregorianOf(year, month, day) {
  const dayOfYear = month <= 7 ? (month - 1) * 31 + day : 186 + (month - 7) * 30 + day;
  const guess = Date.UTC(year + 621, 2, 20) + dayOfYear * DAY_MS;
  for (const shift of [0, -1, 1, -2, 2, 3]) {
    const moment = new Date(guess + shift * DAY_MS);
    if (jalaliOf(moment) === [year, month, day].join("/")) return moment;
  }
  return null;
}
function distanceInDays(moment, words) {
  const today = new Date(Date.now() + 3.5 * 3600000);
  const days = Math.round((moment - Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate())) / DAY_MS);
  if (days === 0) return words.today;
  if (days === 1) return words.tomorrow;
  if (days === -1) return words.yesterday;
  return fill(days > 0 ? words.ahead : words.past, { n: localNumber(Math.abs(days)) });
}
function readBack(echo) {
  const [day, month, year, hour] = echo.getAttribute("for").trim().split(/\s+/).map((id) => document.getElementById(id));
  const [d, m, y] = [day, month, year].map((part) => parseInt(plainDigits(part.value), 10));
  const moment = d && m && y ? gregorianOf(y, m, d) : null;
  if (!moment || (hour && !/^\s*\d/.test(plainDigits(hour.value)))) return "";
  const name = month.selectedOptions[0]?.textContent ?? "";
  const western = pageLanguage.startsWith("fa") ? "" : ` (${new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(moment)})`;
  return fill(echo.dataset.words, {
    weekday: new Intl.DateTimeFormat(pageLanguage, { weekday: "long", timeZone: "UTC" }).format(moment),
    day: `${localDigits(d)} ${name} ${localDigits(y)}${western}`,
    hour: hour ? localDigits(plainDigits(hour.value.trim()).replace(/^0(?=\d)/, "")) : "",
    distance: distanceInDays(moment, echo.dataset),
  });
}
for (const echo of document.querySelectorAll("[data-date-echo]")) {
  const refresh = () => { echo.querySelector("span").textContent = readBack(echo); };
  for (const id of echo.getAttribute("for").trim().split(/\s+/)) document.getElementById(id)?.addEventListener("input", refresh);
}
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
    event.preventDefault(); isDirty = true;
    say(form, wordsOf(form).wordsAway ?? "", "away");
    document.querySelector("[data-saved]")?.scrollIntoView({ block: "center" });
  });
  addEventListener("online", () => isDirty && later(0));
  document.addEventListener("visibilitychange", () => { if (document.hidden && isDirty) { keep(form); now(); } });
}
for (const done of document.querySelectorAll('meta[name="ravi-sent"]')) forget(done.content);
for (const form of document.querySelectorAll("form[data-draft]")) startDraft(form);
const SLOWEST_S = 60;
function remembered(part) {
  const active = document.activeElement;
  if (!active || !part.contains(active)) return null;
  return active.id ? `#${CSS.escape(active.id)}` : active.getAttribute("href") ? `[href="${CSS.escape(active.getAttribute("href"))}"]` : null;
}
function redraw(part, fresh) {
  const place = remembered(part);
  const open = [...part.querySelectorAll("details[open]")].map((d) => d.id).filter(Boolean);
  const clone = document.importNode(fresh, true);
  part.replaceWith(clone);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (place) clone.querySelector(place)?.focus({ preventScroll: true });
}
function takeFresh(board, text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const fresh of page.querySelectorAll("[data-part][id]")) {
    const part = document.getElementById(fresh.id);
    if (part && part.outerHTML !== fresh.outerHTML) redraw(part, fresh);
  }
  changeFoot(page);
  return Boolean(page.querySelector("[data-live]"));
}
function changeFoot(page) {
  const [here, there] = [document, page].map((one) => one.querySelector(".dock, .tabbar"));
  if (here && there && here.matches(".dock") !== there.matches(".dock")) here.replaceWith(document.importNode(there, true));
}
function startLive(board) {
  const pace_s = Number(board.dataset.liveS) || 3;
  let wait_s = pace_s, mark = "", timer = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(look, wait_s * 1000); };
  async function look() {
    if (document.hidden) return;
    try {
      const response = await fetch(board.dataset.live, { headers: { Accept: "text/html", "X-Ravi-Live": "1", ...(mark && { "If-None-Match": mark }) }, redirect: "error", cache: "no-store" });
      if (response.status === 200) {
        mark = response.headers.get("ETag") ?? "";
        if (!takeFresh(board, await response.text())) return;
        wait_s = pace_s;
      } else if (response.status !== 304) wait_s = Math.min(SLOWEST_S, wait_s * 2);
    } catch { wait_s = Math.min(SLOWEST_S, wait_s * 2); }
    later();
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { wait_s = pace_s; later(); } });
  later();
}
for (const board of document.querySelectorAll("[data-live]")) startLive(board);
for (const summary of document.querySelectorAll("[data-focus]")) summary.focus();
async function returnWhenReady(wait_s) {
  try {
    const response = await fetch(location.href, { method: "HEAD", cache: "no-store" });
    if (response.status !== 503) return location.replace(location.href);
  } catch { /* still away */ }
  setTimeout(() => returnWhenReady(wait_s), wait_s * 1000);
}
const notYet = document.querySelector("[data-return-s]");
if (notYet) setTimeout(() => returnWhenReady(Number(notYet.dataset.returnS)), Number(notYet.dataset.returnS) * 1000);
const ZWNJ = "\u200c";
function insertText(field, text) {
  field.focus();
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
function selected(field) {
  return field.value.slice(field.selectionStart, field.selectionEnd);
}
function around(field, open, close) {
  const inside = selected(field);
  insertText(field, open + inside + close);
  if (!inside) field.selectionStart = field.selectionEnd = field.selectionEnd - close.length;
}
const PHONES = /(?<![\d۰-۹])(?:\+[\d۰-۹]{2,}|[\d۰-۹]{2,5}(?=[ -]))(?:[ -]?[\d۰-۹]{2,})+/g;
function phones(text) {
  return [...text.matchAll(PHONES)].filter(([phone]) => phone.match(/[\d۰-۹]/g).length > 6);
}
function isolate(field) {
  const found = selected(field) ? [] : phones(field.value);
  if (!found.length) return around(field, "\u2066", "\u2069");
  for (const { 0: phone, index } of found.filter(({ index }) => field.value[index - 1] !== "\u2066").reverse()) {
    field.setSelectionRange(index, index + phone.length);
    around(field, "\u2066", "\u2069");
  }
}
function quoteLines(field) {
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const after = field.value.indexOf("\n", Math.max(field.selectionEnd - 1, start));
  field.setSelectionRange(start, after < 0 ? field.value.length : after);
  const lines = selected(field).split("\n");
  const isQuoted = lines.every((line) => line.startsWith("> "));
  insertText(field, lines.map((line) => (isQuoted ? line.slice(2) : `> ${line}`)).join("\n"));
}
function linkWords(field) {
  const words = selected(field);
  insertText(field, `[${words}](https://)`);
  field.selectionStart = field.selectionEnd -= words ? 1 : "](https://)".length;
}
const INSERTS = {
  bold: (field) => around(field, "**", "**"),
  link: linkWords,
  quote: quoteLines,
  zwnj: (field) => insertText(field, ZWNJ),
  quotes: (field) => around(field, "«", "»"),
  isolate,
};
function isForWords(field) {
  return field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === "text" && field.dir === "auto");
}
for (const tools of document.querySelectorAll("[data-writer]")) {
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    const field = document.getElementById(tools.dataset.writer);
    if (button && field) INSERTS[button.dataset.insert](field);
  });
}
document.addEventListener("keydown", (event) => {
  const isHalfSpace = event.shiftKey && ((event.code === "Space" && !event.ctrlKey && !event.altKey) || (event.code === "Digit2" && event.ctrlKey));
  if (!isHalfSpace || !isForWords(event.target)) return;
  event.preventDefault();
  insertText(event.target, ZWNJ);
});
