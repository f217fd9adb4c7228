// One tap takes the words of a field along; without a script they can be selected there as ever.
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
