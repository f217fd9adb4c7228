// Keeps a board fresh without taking anybody's place: only what changed is drawn anew, the focus stays where it was.
//   <div data-live="/posts/12/board/" data-live-s="3"> with children that carry an id and data-part.
// The server answers the same markup (a page or a fragment); 304 means no change; without data-live in the answer it is over.
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

// Where nothing is left to stop, or somebody else stopped it, the tabs take the place of the dock; and the other way.
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

// A page that says "not yet" asks again until the house answers; what was written in the form before it stays one step back.
async function returnWhenReady(wait_s) {
  try {
    const response = await fetch(location.href, { method: "HEAD", cache: "no-store" });
    if (response.status !== 503) return location.replace(location.href);
  } catch { /* still away */ }
  setTimeout(() => returnWhenReady(wait_s), wait_s * 1000);
}

const notYet = document.querySelector("[data-return-s]");
if (notYet) setTimeout(() => returnWhenReady(Number(notYet.dataset.returnS)), Number(notYet.dataset.returnS) * 1000);
