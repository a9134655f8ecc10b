// Adds two things to a page that works without it: parts that change are read again, and a stretch
// of a chart can be chosen by dragging. Everything shown still comes rendered from the server.
"use strict";

const LEAST_PAUSE_MS = 2000;
const AGE_REFRESH_MS = 60000;
const LEAST_DRAG_PX = 8;

const announcement = document.getElementById("announcement");
const liveState = document.getElementById("live-state");
let lastRead = 0;
let waiting = null;

function show(state) {
  liveState.hidden = false;
  liveState.textContent = state;
}

function announced(page) {
  return page.querySelector("[data-announce]")?.dataset.announce ?? "";
}

// Open tables stay open and the focus stays where it is.
function exchange(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const path = focused?.getAttribute("href") ?? null;
  const open = [...old.querySelectorAll("details[open]")].map((one) => one.id);
  for (const id of open) fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  const heir = path && [...fresh.querySelectorAll("a")].find((a) => a.getAttribute("href") === path);
  if (focused && !heir) return false;
  old.replaceWith(fresh);
  heir?.focus({ preventScroll: true });
  return true;
}

function closed(element) {
  const copy = element.cloneNode(true);
  for (const one of copy.querySelectorAll("details[open]")) one.removeAttribute("open");
  for (const one of copy.querySelectorAll("[data-zoomable]")) one.removeAttribute("data-zoomable");
  return copy;
}

async function readAgain() {
  waiting = null;
  lastRead = Date.now();
  if (document.querySelector(".zoom-choice")) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const before = announced(document);
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (!old || closed(old).isEqualNode(closed(fresh))) continue;
    exchange(old, fresh);
  }
  const after = announced(document);
  if (after !== before) announcement.textContent = after;
  prepareCharts();
}

function readSoon() {
  const pause = Math.max(0, lastRead + LEAST_PAUSE_MS - Date.now());
  waiting ??= setTimeout(() => readAgain().catch(() => show("○ Not live, reload to update")), pause);
}

function listen() {
  const source = new EventSource("/api/v1/events");
  source.addEventListener("open", () => show("● Live"));
  source.addEventListener("change", readSoon);
  source.addEventListener("reset", readSoon);
  source.addEventListener("error", () => show("○ Not live, connecting again"));
  addEventListener("pagehide", () => source.close());
}

function momentAt(chart, clientX) {
  const box = chart.getBoundingClientRect();
  const x = ((clientX - box.left) / box.width) * chart.viewBox.baseVal.width;
  const { start, end, left, right } = chart.dataset;
  const share = Math.min(1, Math.max(0, (x - left) / (right - left)));
  return { micros: Math.round(Number(start) + share * (end - start)), x };
}

function drag(chart, figure, down) {
  const from = momentAt(chart, down.clientX);
  const choice = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  choice.setAttribute("class", "zoom-choice");
  choice.setAttribute("height", chart.viewBox.baseVal.height);
  chart.append(choice);
  chart.setPointerCapture(down.pointerId);
  const move = (event) => {
    const to = momentAt(chart, event.clientX);
    choice.setAttribute("x", Math.min(from.x, to.x));
    choice.setAttribute("width", Math.abs(to.x - from.x));
  };
  const end = (event) => {
    choice.remove();
    chart.removeEventListener("pointermove", move);
    const isChosen = event.type === "pointerup" && Math.abs(event.clientX - down.clientX) > LEAST_DRAG_PX;
    if (!isChosen) return;
    const ends = [from.micros, momentAt(chart, event.clientX).micros].sort((a, b) => a - b);
    const [start, until] = ends.map((micros) => new Date(micros / 1000).toISOString());
    if (start < until) location.assign(`${figure.dataset.zoom}&from=${start}&to=${until}#chart`);
  };
  chart.addEventListener("pointermove", move);
  chart.addEventListener("pointerup", end, { once: true });
  chart.addEventListener("pointercancel", end, { once: true });
}

function prepareCharts() {
  for (const figure of document.querySelectorAll("figure[data-zoom]:not([data-zoomable])")) {
    figure.dataset.zoomable = "";
    for (const chart of figure.querySelectorAll("svg.chart")) {
      chart.addEventListener("pointerdown", (event) => {
        if (event.pointerType === "mouse" && event.button === 0) drag(chart, figure, event);
      });
    }
  }
}

prepareCharts();
listen();
setInterval(readSoon, AGE_REFRESH_MS);
