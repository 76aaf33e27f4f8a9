// A text box grows with its text where the browser does not do it by itself ("field-sizing" in CSS does).
if (!CSS.supports("field-sizing", "content")) {
  const fit = (box) => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  };
  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement) fit(event.target);
  });
  for (const box of document.querySelectorAll("textarea")) fit(box);
}
