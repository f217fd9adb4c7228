// All counters at once: what each platform would get, in its own unit, as a number and as a length of thread.
import { fill, localNumber } from "./digits.js";
import { shownWords } from "./markup.js";
import { measure } from "./measure.js";

function written(id) {
  return document.getElementById(id)?.value.replace(/\r\n/g, "\n").trim() ?? "";
}

// The same choice as the server makes: a platform's own words, else the longest text that fits, else the shortest.
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

// Spoken only when a platform stops or starts to fit, never for each key.
function announce(changed) {
  const status = document.querySelector("[data-counters-status]");
  if (status && changed.length) status.textContent = changed.map((c) => `${c.querySelector("b").textContent}: ${c.querySelector("[data-count]").textContent}`).join("، ");
}

export function startCounters() {
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
