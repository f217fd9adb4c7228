// The platforms' own units, as far as a browser can count them. The server counts again, and its count holds.
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
const utf8 = new TextEncoder();
const WEB = /https?:\/\/\S+/gu;
// X ends an address where its letters stop being Latin, and before the sentence's own mark.
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

export function measure(text, unit) {
  return (UNITS[unit] ?? UNITS.bluesky_graphemes)(text);
}
