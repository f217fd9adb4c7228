// Numbers as the page's language writes them, and sentences with gaps to fill.
const isPersian = document.documentElement.lang.startsWith("fa");
const grouped = new Intl.NumberFormat(isPersian ? "fa-IR" : "en-GB");

export function localDigits(text) {
  return isPersian ? String(text).replace(/\d/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[d]) : String(text);
}

export function plainDigits(text) {
  return text.replace(/[۰-۹]/g, (d) => "۰۱۲۳۴۵۶۷۸۹".indexOf(d)).replace(/[٠-٩]/g, (d) => "٠١٢٣٤٥٦٧٨٩".indexOf(d));
}

export function localNumber(count) {
  return grouped.format(count);
}

export function fill(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
}
