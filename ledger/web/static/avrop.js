// What pages do with a script besides htmx: single keys, a warning for what is not sent, files that
// are dropped, suggestions that go away. Every page is whole without it.
"use strict";

const inField = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

// ── Single keys: "/" searches, "?" tells them, g and a letter goes somewhere ─────────────────────

let went = 0; // when g was pressed

function go(key) {
  const link = document.querySelector(`.menu a[data-key="${key}"]`);
  if (link) window.location.assign(link.href);
  return link !== null;
}

function pressed(event) {
  const single = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  if (!single || inField(event.target)) return;
  const follows = event.timeStamp - went < 1500;
  went = 0;
  if (event.key === "g") {
    went = event.timeStamp;
  } else if (follows && /^[a-z]$/.test(event.key)) {
    if (go(event.key)) event.preventDefault();
  } else if (event.key === "/") {
    const box = document.getElementById("search");
    if (box) {
      box.focus();
      event.preventDefault();
    }
  } else if (event.key === "?") {
    const told = document.getElementById("keys-told");
    if (told) {
      told.open = !told.open;
      told.querySelector("summary").focus();
    }
  }
}

if (document.body.dataset.keys === "on") document.addEventListener("keydown", pressed);

// ── Suggestions go with Escape, and when one leaves the box ──────────────────────────────────────

const box = document.querySelector(".search-box");
const forget = () => document.getElementById("suggested").replaceChildren();

if (box) {
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      forget();
      document.getElementById("search").focus();
    }
  });
  box.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) forget();
  });
}

// ── What was typed in an act's form and not sent ─────────────────────────────────────────────────

let unsent = false;

for (const form of document.querySelectorAll("form[data-guarded]")) {
  form.addEventListener("input", () => { unsent = true; });
  form.addEventListener("submit", () => { unsent = false; });
}
window.addEventListener("beforeunload", (event) => {
  if (unsent) event.preventDefault();
});

// ── Files dropped where they are chosen ──────────────────────────────────────────────────────────

for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  const over = (is) => zone.classList.toggle("dropping", is);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  zone.addEventListener("dragleave", () => over(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
