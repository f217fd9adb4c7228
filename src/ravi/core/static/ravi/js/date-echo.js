// Reads a Jalali date back while it is typed: weekday, month by name, how far away. What cannot be is left to the server's sentence.
import { fill, localDigits, localNumber, plainDigits } from "./digits.js";

const DAY_MS = 86400000;
const jalali = new Intl.DateTimeFormat("en-US-u-ca-persian-nu-latn", { timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric" });
const pageLanguage = document.documentElement.lang;

function jalaliOf(moment) {
  const parts = Object.fromEntries(jalali.formatToParts(moment).map(({ type, value }) => [type, parseInt(value, 10)]));
  return [parts.year, parts.month, parts.day].join("/");
}

// The browser knows one direction only; the other is a guess mended by at most three days.
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
