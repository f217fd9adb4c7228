// A form sent without a network stays in sight with its words, where the browser's own page about the network would take its place.
//   <body data-words-away="what is said then">; drafts say it themselves.
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
