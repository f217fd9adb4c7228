// Half space, quotes and number isolates under the hand: buttons, and Shift+Space or Ctrl+Shift+2 as on Persian keyboards.
const ZWNJ = "\u200c";

function insertText(field, text) {
  field.focus();
  // insertText keeps the browser's own undo; setRangeText is for those that do not know it.
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

// Phone numbers with spaces, dashes or a plus: in Persian text their parts would change places.
const PHONES = /(?<![\d۰-۹])(?:\+[\d۰-۹]{2,}|[\d۰-۹]{2,5}(?=[ -]))(?:[ -]?[\d۰-۹]{2,})+/g;

function phones(text) {
  return [...text.matchAll(PHONES)].filter(([phone]) => phone.match(/[\d۰-۹]/g).length > 6);
}

// What is selected; without a selection every phone number of the text that is not in order yet.
function isolate(field) {
  const found = selected(field) ? [] : phones(field.value);
  if (!found.length) return around(field, "\u2066", "\u2069");
  for (const { 0: phone, index } of found.filter(({ index }) => field.value[index - 1] !== "\u2066").reverse()) {
    field.setSelectionRange(index, index + phone.length);
    around(field, "\u2066", "\u2069");
  }
}

// Each selected line, or the one that the caret stands in, as a quotation; once more takes it back.
function quoteLines(field) {
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const after = field.value.indexOf("\n", Math.max(field.selectionEnd - 1, start));
  field.setSelectionRange(start, after < 0 ? field.value.length : after);
  const lines = selected(field).split("\n");
  const isQuoted = lines.every((line) => line.startsWith("> "));
  insertText(field, lines.map((line) => (isQuoted ? line.slice(2) : `> ${line}`)).join("\n"));
}

// The caret then stands where the address goes, or where the words go if nothing was selected.
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
