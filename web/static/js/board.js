// Comfort for the organisers' board: choosing a team in a window, dragging, and answers without leaving the place.
// Every change is a form that the page has anyway; without this script it is sent as usual.

const said = document.createElement("p");
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.body.append(said);

let sending = false;

// Sends a form and puts the answer where the page was. Whatever goes wrong, the form is sent the plain way.
async function send(form, button, keep) {
  if (sending) return;
  sending = true;
  const main = document.querySelector("main");
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("main");
    if (!fresh) throw new Error("no page");
    main.replaceWith(document.adoptNode(fresh));
    document.title = page.title;
    if (answer.redirected) history.replaceState(null, "", answer.url);
    prepare();
    tell(fresh, keep);
  } catch {
    delete form.dataset.swap;
    form.requestSubmit(button ?? undefined);
  } finally {
    sending = false;
    document.querySelector("main").removeAttribute("aria-busy");
  }
}

// What happened, for ears; and the focus where it was, or on the question that has to be answered.
function tell(main, keep) {
  const words = main.querySelector("[data-said]");
  said.textContent = "";
  setTimeout(() => { said.textContent = words?.textContent.replace(/\s+/g, " ").trim() ?? ""; }, 60);
  if (words?.hasAttribute("autofocus")) {
    words.focus({ preventScroll: true });
    words.scrollIntoView({ block: "start" });
    return;
  }
  const again = keep.map((name) => main.querySelector(`[data-keep="${CSS.escape(name)}"]`)).find(Boolean);
  (again ?? main).focus({ preventScroll: Boolean(again) });
  again?.scrollIntoView({ block: "nearest" });
}

function move(who, to) {
  const form = document.querySelector("#move-form");
  form.elements.who.value = who;
  form.elements.to.value = to;
  if (form.elements.to.value === to) send(form, null, [`move-${who}`]);
}

// The window in which a team is chosen.
function ask(member) {
  const window_ = document.querySelector("#move-dialog");
  const title = window_.querySelector("[data-words]");
  const choice = window_.querySelector("select");
  title.textContent = title.dataset.words.replace("{}", member.dataset.name);
  window_.querySelector("form").elements.who.value = member.dataset.who;
  for (const option of choice.options) option.disabled = option.value !== "" && option.value === member.dataset.at;
  choice.value = "";
  window_.showModal();
  choice.focus();
}

document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  const mover = event.target.closest("a[data-move]");
  if (mover && plain && document.querySelector("#move-dialog")) {
    event.preventDefault();
    ask(mover.closest(".member"));
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("swap" in form.dataset)) return;
  event.preventDefault();
  const keep = [event.submitter?.dataset.keep, form.id === "move-form" && `move-${form.elements.who.value}`];
  form.closest("dialog")?.close();
  send(form, event.submitter, keep.filter(Boolean));
});

// Dragging, with a mouse: from a person onto a team.
let dragged = null;

function over(event) {
  const team = dragged && event.target.closest?.("[data-slot]");
  return team && team.dataset.slot !== dragged.dataset.at ? team : null;
}

function mark(team) {
  for (const other of document.querySelectorAll(".team--over")) if (other !== team) other.classList.remove("team--over");
  team?.classList.add("team--over");
}

document.addEventListener("dragstart", (event) => {
  const member = event.target.closest?.(".member[draggable]");
  if (!member) return;
  dragged = member;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", member.dataset.name);
  // After the picture of what is dragged was taken: changing the page at once ends the drag.
  setTimeout(() => member.classList.add("member--moving"));
});
document.addEventListener("dragover", (event) => {
  const team = over(event);
  mark(team);
  if (team) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const team = over(event);
  if (!team) return;
  event.preventDefault();
  move(dragged.dataset.who, team.dataset.slot);
});
document.addEventListener("dragend", () => {
  mark(null);
  dragged?.classList.remove("member--moving");
  dragged = null;
});

function prepare() {
  if (!matchMedia("(pointer: fine)").matches) return;
  for (const member of document.querySelectorAll(".member:not(.member--gone)")) {
    member.draggable = true;
    for (const link of member.querySelectorAll("a")) link.draggable = false;
  }
  for (const place of document.querySelectorAll("[data-new]")) place.hidden = false;
}
prepare();
