// Comfort for the pages on which something is written. Every page works without it.

// One theme may have two tick boxes, in the coach and in the long list: they say the same.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.form) return;
  for (const twin of box.form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(box.name)}"]`)) {
    if (twin.value === box.value) twin.checked = box.checked;
  }
});

// Typing a place anew takes back the choice of "Did you mean…".
document.addEventListener("input", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.list || !box.form) return;
  for (const choice of box.form.querySelectorAll(`input[type="radio"][name="${CSS.escape(box.name)}"]`)) {
    choice.checked = false;
  }
});

// A second press while the first is on its way sends nothing; coming back to the page frees the button.
for (const form of document.querySelectorAll("form[data-posting]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
