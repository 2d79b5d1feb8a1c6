// A session's sheet with script: sent without leaving the page, kept as a draft every few seconds,
// sent again when the line is back, a running clock, and taps on the body chart. Without script
// the same form is sent as any other.

import { keepDrafts } from "./draft.js";
import { chart } from "./bodychart.js";
import { clock } from "./clock.js";

const AGAIN = 3000;

const sheet = () => document.querySelector("form[data-session]");

const say = (text, trouble = false) => {
  const place = sheet()?.querySelector("[data-said]");
  if (!place) return;
  if (place.textContent !== text) place.textContent = text;
  place.classList.toggle("app-session__said--trouble", trouble);
};

const entries = (form) => new Map(new FormData(form).entries());

// What was typed while the answer was on its way goes onto the new page.
const retype = (before, now) => {
  const form = sheet();
  if (!form) return;
  for (const [name, value] of now) {
    if (before.get(name) === value || ["once", "version", "ago"].includes(name)) continue;
    const field = form.elements[name];
    if (field?.type === "checkbox") field.checked = true;
    else if (field && "value" in field) field.value = value;
  }
};

const show = (page, address, sent, since) => {
  const fresh = new DOMParser().parseFromString(page, "text/html");
  const open = [...document.querySelectorAll(".app-needle details[open]")].map((each) => each.closest(".app-needle").id);
  const scroll = window.scrollY;
  document.querySelector("main").replaceWith(fresh.querySelector("main"));
  document.title = fresh.title;
  history.replaceState(null, "", address);
  for (const id of open) document.querySelector(`#${id} details`)?.setAttribute("open", "");
  retype(sent, since);
  begin();
  const alert = document.querySelector(".nhsuk-error-summary");
  if (alert) {
    alert.tabIndex = -1;
    alert.focus();
    alert.scrollIntoView();
  } else if (new URL(address).hash) document.querySelector(new URL(address).hash)?.scrollIntoView({ block: "nearest" });
  else window.scrollTo(0, scroll);
};

// Somebody who was signed out signs in elsewhere; the form then carries the new token.
const newToken = async (form) => {
  const answer = await fetch(form.action, { headers: { Accept: "text/html" } });
  if (answer.redirected && !answer.url.startsWith(form.action)) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("form[data-session] [name=csrfmiddlewaretoken]")?.value;
  if (!token) return false;
  form.elements.csrfmiddlewaretoken.value = token;
  return true;
};

let sending = false;

const send = async (form, act) => {
  sending = true;
  const tapped = Date.now();
  const buttons = form.querySelectorAll("button[type=submit]");
  for (const each of buttons) each.setAttribute("aria-disabled", "true");
  say("Saving …");
  for (;;) {
    form.elements.ago.value = String(Math.round((Date.now() - tapped) / 1000));
    const sent = entries(form);
    const body = new URLSearchParams([...sent, ["do", act]]);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
      const ours = answer.url.startsWith(form.action);
      if (ours && (answer.ok || answer.status === 400 || answer.status === 409)) {
        const page = await answer.text();
        const since = entries(form);
        sending = false;
        drafts.saved();
        if (!page.includes("data-session") && answer.ok) location.assign(answer.url);
        else show(page, answer.url, sent, since);
        return;
      }
      if (answer.status === 403 && (await newToken(form))) continue;
      say(
        ours
          ? "Not saved yet: the server could not keep it. It is tried again."
          : "Not saved yet: you were signed out. Sign in again in another tab; this page then saves by itself.",
        true,
      );
      if (!ours) await newToken(form);
    } catch {
      say("Not saved yet: no connection. It is tried again until it goes through.", true);
    }
    await new Promise((done) => setTimeout(done, AGAIN));
  }
};

const drafts = keepDrafts({ sheet, entries, say, busy: () => sending });

const fill = (form) => {
  for (const button of form.querySelectorAll("[data-fill]")) {
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      form.elements[form.querySelector(`#${button.dataset.fill}`).name].value = button.dataset.value;
      drafts.typed();
    });
  }
  for (const group of form.querySelectorAll("[data-ticks]")) {
    const button = group.querySelector("[data-tick-all]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const box of group.querySelectorAll("input[type=checkbox]")) box.checked = true;
      drafts.typed();
    });
  }
};

const begin = () => {
  const form = sheet();
  if (!form) return;
  fill(form);
  clock(form);
  chart(form);
  form.addEventListener("input", () => drafts.typed());
  form.addEventListener("submit", (event) => {
    const act = event.submitter?.value ?? "save";
    if (act === "discard") {
      drafts.saved();
      return;
    }
    event.preventDefault();
    if (!sending) send(form, act);
  });
};

begin();
