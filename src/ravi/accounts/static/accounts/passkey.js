// Shows what needs passkeys only where the browser has them; the typed code stands beside it everywhere.
if (window.PublicKeyCredential) {
  for (const one of document.querySelectorAll("[data-needs-passkeys]")) one.hidden = false;
}
