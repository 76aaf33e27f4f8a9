// What is typed for a new posting stays in this browser until it is published: nothing is lost when the
// page closes. A form asks for it with data-draft (its name). Who posts, tokens and ticks are never kept.
const KEPT = "textarea, select, input:is([type='text'], [type='date'], [type='number'], [type='url'])";

const boxes = (form) => [...form.querySelectorAll(KEPT)].filter((box) => box.name && !box.closest(".who, .visually-hidden"));

const isUntouched = (box) =>
  box.tagName === "SELECT" ? box.selectedIndex === [...box.options].findIndex((option) => option.defaultSelected) : !box.value;

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
};

const write = (key, values) => {
  try {
    localStorage.setItem(key, JSON.stringify(values));
  } catch {
    // Full or forbidden: the page works without it.
  }
};

const restore = (form, key) => {
  const stored = read(key);
  const found = boxes(form).filter((box) => stored[box.name] && isUntouched(box));
  for (const box of found) {
    box.value = stored[box.name];
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const note = document.querySelector(".draft-note");
  if (!found.length || !note) return;
  note.hidden = false;
  note.querySelector("button").addEventListener("click", () => {
    localStorage.removeItem(key);
    for (const box of found) box.value = "";
    note.hidden = true;
  });
};

for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = `passerelle.draft.${form.dataset.draft}`;
  restore(form, key);
  form.addEventListener("input", () => {
    write(key, Object.fromEntries(boxes(form).filter((box) => box.value && !isUntouched(box)).map((box) => [box.name, box.value])));
  });
}

// The page that follows publication says which draft is done with.
for (const { dataset } of document.querySelectorAll("[data-draft-done]")) {
  localStorage.removeItem(`passerelle.draft.${dataset.draftDone}`);
}
