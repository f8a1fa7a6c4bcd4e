// What pages can do more where there are scripts: a choice of light or dark, hits while one types,
// and a picture to move in.
"use strict";

const root = document.documentElement;
const theme = document.querySelector(".theme");

// A browser may refuse to keep anything; then the choice holds for this page.
function kept(value) {
  try {
    if (value) localStorage.setItem("theme", value);
    return localStorage.getItem("theme");
  } catch {
    return value;
  }
}

function wear(chosen) {
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  const isDark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  theme.dataset.next = isDark ? "light" : "dark";
  theme.textContent = theme.dataset[theme.dataset.next];
}

wear(kept());
theme.hidden = false;
theme.addEventListener("click", () => {
  wear(theme.dataset.next);
  kept(root.dataset.theme);
});

const field = document.getElementById("q");
const hits = document.getElementById("hits");
let waiting = 0;
let asked = 0;

async function find() {
  const text = field.value.trim();
  if (!text) {
    hits.hidden = true;
    return;
  }
  const address = new URL(field.dataset.hits, location.href);
  address.searchParams.set("q", text);
  address.searchParams.set("part", "1");
  const mine = ++asked;
  const answer = await fetch(address);
  if (answer.ok && mine === asked) {
    hits.innerHTML = await answer.text();
    hits.hidden = false;
  }
}

// Pages that are files have no server to ask; `site.js` searches there.
if (field.dataset.hits) {
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 120);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hits.hidden = true;
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) hits.hidden = true;
});

const picture = document.querySelector("svg.network");
if (picture) {
  const box = picture.viewBox.baseVal;
  const whole = box.width;
  const show = (x, y, size) => picture.setAttribute("viewBox", `${x} ${y} ${size} ${size}`);
  const zoom = (by) => {
    const size = Math.min(whole, Math.max(whole / 8, box.width * by));
    if (!by || size === whole) show(0, 0, whole);
    else show(box.x + (box.width - size) / 2, box.y + (box.height - size) / 2, size);
  };
  const bar = document.querySelector(".zoom");
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    if (event.target.dataset.zoom) zoom(Number(event.target.dataset.zoom));
  });
  let from = null;
  let moved = false;
  picture.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, y: event.clientY, left: box.x, top: box.y };
    moved = false;
  });
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  picture.addEventListener("pointermove", (event) => {
    if (!from) return;
    const scale = box.width / picture.clientWidth;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    moved ||= Math.hypot(x, y) > 4;
    if (moved) show(from.left - x * scale, from.top - y * scale, box.width);
  });
  addEventListener("pointerup", () => {
    from = null;
  });
  picture.addEventListener("click", (event) => {
    if (moved) event.preventDefault();
  });
}
