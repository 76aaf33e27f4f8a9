// One press copies a link; a click in its box selects all of it.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.copied;
    button.setAttribute("aria-live", "polite");
  });
}
for (const box of document.querySelectorAll("input[data-select]")) {
  box.addEventListener("focus", () => box.select());
}
