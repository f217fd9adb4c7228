// An officer's marking in the words of one platform, for the counters. The server reads it again, and its reading holds.
const ESCAPED = /(?<!\\)(\\+)([*[>])/gu;
const MARKED_BOLD = /\*\*(?=[^\s*])([^\n]{0,999}?)(?<=[^\s*])\*\*(?!\*)/gu;
const MARKED_LINK = /\[([^[\]\n]{1,300})\]\((https?:\/\/(?:[^\s()]|\([^\s()]*\))+)\)/giu;
const MARKED_LINE = /^> ?/gmu;
const GUILLEMETS = new Set(["fa", "ar", "ckb", "ku", "azb", "ur", "ps"]);

// The words, and a shadow of the same length in which what was escaped means nothing.
function unescaped(source) {
  const half = (slashes) => "\\".repeat(Math.floor(slashes.length / 2));
  return [
    source.replace(ESCAPED, (_all, slashes, letter) => half(slashes) + letter),
    source.replace(ESCAPED, (_all, slashes, letter) => half(slashes) + (slashes.length % 2 ? "x" : letter)),
  ];
}

// `kinds`: the marking that the platform shows; for the rest words are put in, as in platforms/marking.py.
export function shownWords(source, kinds, lang) {
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
