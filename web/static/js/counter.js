// How much of a text still fits, told only when the end is near.
const NEAR = 0.8;

const count = (box) => {
  const limit = Number(box.dataset.limit);
  const length = [...box.value.trim()].length;
  let line = document.getElementById(`${box.id}-count`);
  if (!line && length < limit * NEAR) return;
  if (!line) {
    line = document.createElement("p");
    line.id = `${box.id}-count`;
    line.className = "count-line";
    box.after(line);
  }
  const over = length > limit;
  line.textContent = box.form.dataset[over ? "over" : "left"].replace("#", String(Math.abs(limit - length)));
  line.classList.toggle("count-line--over", over);
  line.hidden = length < limit * NEAR;
};

for (const form of document.querySelectorAll("form[data-posting]")) {
  form.addEventListener("input", (event) => {
    if (event.target.dataset?.limit) count(event.target);
  });
  for (const box of form.querySelectorAll("[data-limit]")) count(box);
}
