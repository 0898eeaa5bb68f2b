"use strict";
// Draws the notes of `data`, which srs/anki/preview.py describes. Texts of notes become HTML only inside of frames, which
// are made when their note comes near, and removed when it is far.
const data = JSON.parse(document.getElementById("data").textContent);
const main = document.querySelector("main"), search = document.getElementById("search");
const theme = document.getElementById("theme"), count = document.getElementById("count");
const HEIGHT = 260, LOWEST = 60, HIGHEST = 8000; // pixels of a frame: before it is drawn, at least, at most
const NEAR = "900px", STORE = "srs preview";

const kept = (() => { // what a reload keeps
  try { return JSON.parse(sessionStorage.getItem(STORE)) || {}; } catch { return {}; }
})();
const heights = new Map(kept.heights), frames = new WeakMap(), mounted = new Set();

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function problemItem([level, place, message]) {
  return make("li", { class: level }, make("b", {}, level), " ", make("code", { dir: "auto" }, place), " ",
    make("span", { dir: "auto" }, message));
}

function sideHtml(note, side) {
  const html = data.sides[side].map((n) => (n < 0 ? note.values[-1 - n] : data.html[n])).join("");
  return html.replace(/ src="(srs-[^"]*)"/g, (all, name) => (Object.hasOwn(data.pictures, name) ? ` src="${data.pictures[name]}"` : all));
}

function framePage(html, night) {
  const mode = night ? " nightMode night_mode" : "", root = night ? ' class="night-mode" data-bs-theme="dark"' : "";
  // a picture may take 70 % of the window's height, which is that of a phone here
  return `<!doctype html><html${root}><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${data.policy}">`
    + `<style>${data.css} html { scrollbar-width: none } img { max-height: 560px } a[href] { pointer-events: none }</style></head>`
    + `<body class="card card1${mode}"><div id="qa">${html}</div><script>${data.script}<\/script></body></html>`;
}

function makeFrame(note, card, n, night) {
  const [slug, ...sides] = card, side = n ? "Back" : "Front", key = `${note.id}/${slug} ${n} ${night}`;
  const title = `${slug}, ${side}${night ? ", night" : ""}`;
  const frame = make("iframe", { sandbox: "allow-scripts", title, "data-key": key });
  frame.style.height = `${heights.get(key) || HEIGHT}px`;
  frame.srcdoc = framePage(sideHtml(note, sides[n]), night);
  return make("figure", { class: night ? "night" : "light" }, make("figcaption", {}, side), frame);
}

function mount(article) {
  if (mounted.has(article)) return;
  mounted.add(article);
  const note = data.notes[article.dataset.n], cards = make("div");
  const about = make("div", { class: "about" }, make("h3", {}, note.id), make("p", {}, `${note.kind} · `, make("code", { dir: "auto" }, note.place)));
  if (note.tags) about.append(make("p", { class: "tags", dir: "auto" }, note.tags));
  if (note.problems.length) about.append(make("ul", {}, ...note.problems.map(problemItem)));
  for (const card of note.cards) {
    const sides = make("div", { class: "sides" });
    for (const night of [false, true]) {
      if (theme.value !== (night ? "light" : "night")) sides.append(...[0, 1].map((n) => makeFrame(note, card, n, night)));
    }
    cards.append(make("section", {}, make("h4", {}, card[0]), sides));
  }
  article.append(about, cards);
  article.style.minHeight = "";
  for (const frame of article.querySelectorAll("iframe")) frames.set(frame.contentWindow, frame);
}

function unmount(article) {
  if (!mounted.delete(article)) return;
  article.style.minHeight = `${article.offsetHeight}px`;
  article.replaceChildren();
}

function firstSeen() { // the first frame that reaches into the window
  const first = [...mounted].sort((a, b) => a.dataset.n - b.dataset.n).find((article) => !article.hidden && edgeOf(article, "bottom") > 0);
  return first && [...first.querySelectorAll("iframe")].find((frame) => edgeOf(frame, "bottom") > 0);
}

function edgeOf(element, edge = "top") {
  return element.getBoundingClientRect()[edge];
}

function steady(change) { // what is above may become higher or lower: what one reads stays where it is
  const seen = scrollY && firstSeen(), before = seen && edgeOf(seen);
  change();
  if (seen && seen.isConnected) scrollBy(0, Math.round(edgeOf(seen) - before));
}

const grown = new Map(); // frames and their new heights: to measure once for all of them is faster
addEventListener("message", ({ source, data: height }) => {
  const frame = frames.get(source);
  if (!frame || !Number.isFinite(height)) return;
  if (!grown.size) requestAnimationFrame(grow);
  grown.set(frame, Math.min(Math.max(Math.ceil(height), LOWEST), HIGHEST));
});

function grow() {
  steady(() => {
    for (const [frame, height] of grown) {
      heights.set(frame.dataset.key, height);
      frame.style.height = `${height}px`;
    }
  });
  grown.clear();
}

const near = new IntersectionObserver((entries) => {
  steady(() => entries.forEach((entry) => (entry.isIntersecting ? mount : unmount)(entry.target)));
}, { rootMargin: NEAR });

let deck;
const articles = data.notes.map((note, n) => {
  if (note.deck !== deck) main.append(make("h2", { dir: "auto" }, (deck = note.deck)));
  const article = make("article", { "data-n": n });
  article.style.minHeight = `${note.cards.length * 2 * HEIGHT}px`;
  main.append(article);
  return article;
});

let texts;
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length && !texts) { // what can be seen of a note, without tags
    texts = data.notes.map((note) => [note.id, note.kind, note.deck, note.tags, note.place, note.problems.flat().join(" "),
      note.values.join(" ").replace(/<[^>]*>/g, "").replace(/&(amp|lt|gt|quot|#x27);/g, (all, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" })[name]),
    ].join(" ").toLowerCase());
  }
  let shown = 0;
  articles.forEach((article, n) => {
    const found = words.every((word) => texts[n].includes(word));
    if (article.hidden === found) article.hidden = !found;
    shown += found;
  });
  for (const heading of main.querySelectorAll("h2")) {
    let next = heading.nextElementSibling;
    while (next && next.tagName === "ARTICLE" && next.hidden) next = next.nextElementSibling;
    heading.hidden = !next || next.tagName !== "ARTICLE";
  }
  const cards = data.notes.reduce((sum, note) => sum + note.cards.length, 0);
  const all = `${data.notes.length} notes, ${cards} cards`;
  count.textContent = words.length ? `${shown} of ${all}` : all;
}

function redraw() {
  const seen = [...mounted];
  seen.forEach(unmount);
  seen.forEach(mount);
}

const header = document.querySelector("header");
new ResizeObserver(() => document.body.style.setProperty("--header", `${header.offsetHeight}px`)).observe(header);
const problems = document.getElementById("problems");
problems.append(...data.problems.map(problemItem), ...data.more.map((text) => make("li", {}, text)));
problems.hidden = !problems.childElementCount;
const failures = document.getElementById("failures");
const fail = (texts) => failures.replaceChildren(...texts.map((text) => make("li", { class: "error" }, text)));
fail(data.failures);

history.scrollRestoration = "manual"; // the browser does not know how high the notes will be
search.value = kept.search || "";
theme.value = kept.theme || "both";
filter();
search.addEventListener("input", filter);
theme.addEventListener("change", redraw);
if (kept.seen) {
  const article = articles.find((one) => kept.seen.startsWith(`${data.notes[one.dataset.n].id}/`));
  if (article && !article.hidden) {
    mount(article);
    const frame = [...article.querySelectorAll("iframe")].find((one) => one.dataset.key === kept.seen) || article;
    scrollBy(0, Math.round(edgeOf(frame) - kept.top));
  }
}
if (kept.focus) search.focus();
articles.forEach((article) => near.observe(article));

function reload() {
  const seen = scrollY ? firstSeen() : null;
  const keys = new Set([...main.querySelectorAll("iframe")].map((frame) => frame.dataset.key));
  try {
    sessionStorage.setItem(STORE, JSON.stringify({
      search: search.value, theme: theme.value, focus: document.activeElement === search,
      seen: seen && seen.dataset.key, top: seen && edgeOf(seen), heights: [...heights].filter(([key]) => keys.has(key)),
    }));
  } catch { /* then it is forgotten */ }
  location.reload();
}

(async () => {
  while (data.version) {
    try {
      const answer = await fetch(`changes/${data.version}`);
      if (answer.ok && (await answer.json()) !== data.version) return reload();
      fail(data.failures);
    } catch {
      fail(["srs preview has ended, so this page no longer follows your edits."]);
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
})();
