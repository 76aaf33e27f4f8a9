// How far a computation of teams is: the drawing and the table follow a stream of events.
// What was seen is kept for this tab, so that the line is still there when the page is loaded again.
const WIDTH = 600;
const HEIGHT = 200;
const ROWS = 12;
const RELOAD_MS = 5000;

const round = (value) => Math.round(value * 10) / 10;

// Numbers at each moment when they changed, oldest first, and the newest ones.
class History {
  constructor(address) {
    this.key = `run ${address}`;
    this.points = [];
    try {
      this.points = JSON.parse(sessionStorage.getItem(this.key)) ?? [];
    } catch { /* nothing is kept here */ }
  }

  add({ elapsed, best, bound }) {
    if (best === null) return;
    const before = this.points.at(-1);
    if (before && before.best === best && before.bound === bound) before.until = Math.max(before.until, elapsed);
    else this.points.push({ elapsed, until: elapsed, best, bound });
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.points));
    } catch { /* private browsing, or full */ }
  }
}

// Seconds to the right, points upwards, from somewhat below what is proven to somewhat above the first teams.
const draw = (paths, points, limit) => {
  if (!points.length) return;
  const first = points[0];
  const last = points.at(-1);
  const span = Math.max(1, first.best - last.bound);
  const low = Math.max(0, last.bound - span * 0.4);
  const high = Math.max(first.best, last.bound) + span * 0.15;
  const x = (seconds) => round((WIDTH * Math.min(seconds, limit)) / limit);
  const y = (value) => round(HEIGHT - (HEIGHT * (Math.max(value, low) - low)) / (high - low));
  const end = x(last.until);
  const best = `M${x(first.elapsed)} ${y(first.best)}${points.map((point) => `H${x(point.elapsed)}V${y(point.best)}`).join("")}H${end}`;
  const back = [...points].reverse().map((point) => `V${y(point.bound)}H${x(point.elapsed)}`).join("");
  paths.best.setAttribute("d", best);
  paths.between.setAttribute("d", `${best}${back}Z`);
  paths.bound.setAttribute("d", `M0 ${y(last.bound)}H${WIDTH}`);
};

// Newest first.
const tabulate = (body, points) => {
  if (!points.length) return;
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  const open = ({ best, bound }) => (best === 0 ? 0 : Math.ceil((100 * Math.max(0, best - bound)) / best) / 100);
  const shown = points.slice(-ROWS).reverse();
  const row = body.rows[0];
  while (body.rows.length < shown.length) body.append(row.cloneNode(true));
  shown.forEach((point, at) => {
    const seconds = at === 0 ? point.until : point.elapsed;
    const texts = [number.format(seconds), number.format(point.best), number.format(point.bound), percent.format(open(point))];
    [...body.rows[at].cells].forEach((cell, column) => { cell.textContent = texts[column]; });
  });
};

const numbersOf = ({ best, bound, elapsed }) => ({ best: best === "" ? null : Number(best), bound: Number(bound), elapsed: Number(elapsed) });

const follow = (root) => {
  const { run: address, status, limit } = root.dataset;
  const paths = Object.fromEntries([...root.querySelectorAll("[data-draw]")].map((path) => [path.dataset.draw, path]));
  const body = root.querySelector("[data-rows]");
  const history = new History(address);
  const show = (numbers) => {
    history.add(numbers);
    draw(paths, history.points, Number(limit));
    tabulate(body, history.points);
  };
  show(numbersOf(root.dataset));
  if ("over" in root.dataset) return;

  const time = document.getElementById("run-time");
  const seconds = root.querySelector("[data-seconds]");
  const words = seconds.textContent;
  const stream = new EventSource(address);
  stream.addEventListener("progress", (event) => {
    const numbers = JSON.parse(event.data);
    if (numbers.status !== status) return location.reload();
    show(numbers);
    time.value = Math.min(numbers.elapsed, numbers.limit);
    seconds.textContent = words.replace(/\d+/, Math.round(numbers.elapsed));
  });
  stream.addEventListener("over", () => {
    stream.close();
    location.reload();
  });
  // A stream that ends is opened again by the browser; one that was refused is not.
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), RELOAD_MS);
  });
};

for (const root of document.querySelectorAll("[data-run]")) follow(root);
