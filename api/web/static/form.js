// Keeps the answer up to date while the form is filled in. Without this file the form works as well: it is sent whole.
// Entries go to the service in the body of a POST and, when a link is asked for, behind the `#` of that link; nothing is stored.
"use strict";
(() => {
  const form = document.getElementById("facts");
  const live = document.getElementById("live");
  const lost = document.getElementById("lost");
  const linked = document.getElementById("linked");
  if (!form || !live || !lost || !linked || !window.fetch || !window.DOMParser) return;
  const root = document.documentElement;
  root.classList.add("js");
  let latest = 0;
  let retry = null; // what is tried again: by its button, and when the connection is back

  const entries = () => new URLSearchParams(new FormData(form)).toString();
  // What was entered, without the fields of the form itself.
  const facts = () => [...new FormData(form)].filter(([name, text]) => text.trim() && !name.startsWith("_"));

  // `extra`: what a button of the form adds; `lead`: what has the focus afterwards; `instead`: the entries of a link.
  async function update({ extra = "", lead = null, instead = null } = {}) {
    const turn = ++latest;
    const before = entries();
    const sent = instead === null ? before + extra : instead;
    const answer = document.getElementById("answer");
    const behind = answer.hasAttribute("aria-busy"); // the answer to what was entered last has not come yet
    answer.setAttribute("aria-busy", "true");
    let text = "";
    let failed = "";
    let refused = false;
    try {
      const reply = await fetch("/fragment", {
        method: "POST",
        body: sent,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(20000),
      });
      text = await reply.text();
      if (!(reply.headers.get("content-type") || "").startsWith("text/html")) {
        refused = reply.status < 500;
        failed = refused ? "The service could not read these entries. " : "The service could not answer. ";
      }
    } catch {
      failed = "The connection to the service is lost. ";
    }
    if (turn !== latest) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    if (!failed && !page.getElementById("answer")) failed = "The service could not read these entries. ";
    if (failed) {
      answer.removeAttribute("aria-busy");
      if (instead === null || behind) root.classList.add("stale");
      if (instead === null) return say(`${failed}Your entries are kept on this page.`);
      if (refused) return say(`This service does not know the entries of the link; it may belong to another version. ${KEPT}`);
      return say(`${failed}The entries of the link are not shown yet.`, () => update({ lead, instead }));
    }
    lost.hidden = true;
    retry = null;
    root.classList.remove("stale");
    if (instead !== null) {
      for (const one of document.querySelectorAll(".filled")) one.hidden = one !== linked;
    }
    const whole = lead !== null || instead !== null; // nothing is being typed: the focus goes elsewhere afterwards
    keepingPlace(() => {
      swap("answer", page, whole);
      if (entries() === before) swap("fields", page, whole);
    });
    const now = document.getElementById("answer");
    live.textContent = now.dataset.spoken || "";
    if (lead) lead();
  }

  const toAnswer = () => (document.getElementById("summary") || document.getElementById("answer")).focus();

  function say(what, again = null) {
    const stale = root.classList.contains("stale");
    retry = again || (stale ? (focus) => update({ lead: focus }) : null);
    const words = document.createElement("p");
    words.textContent = stale ? `${what} The answer below belongs to earlier entries.` : what;
    lost.replaceChildren(words);
    if (retry) {
      const button = document.createElement("button");
      button.type = "button";
      button.id = "again";
      button.textContent = "Try again";
      button.addEventListener("click", () => retry(toAnswer)); // the button goes away with its warning
      lost.append(button);
    }
    lost.hidden = false;
  }

  function swap(id, page, whole) {
    const old = document.getElementById(id);
    const fresh = page.getElementById(id);
    if (!old || !fresh) return;
    for (const one of old.querySelectorAll("details[id]")) {
      const same = page.getElementById(one.id);
      if (same && one.open) same.open = true;
    }
    if (whole) old.replaceWith(document.adoptNode(fresh));
    else patch(old, document.adoptNode(fresh), document.activeElement);
  }

  // Replaces an element, but leaves the field that has the focus where it is: what is being typed or chosen there goes on.
  function patch(old, fresh, active) {
    if (!old.contains(active)) return old.replaceWith(fresh);
    if (old.matches(".field")) return remark(old, fresh);
    const kept = [...old.children].find((one) => one.contains(active));
    const same = kept && kept.id && [...fresh.children].find((one) => one.id === kept.id);
    if (!same) return; // it has another place now: the form changes when the focus has left
    const all = [...fresh.childNodes];
    const place = all.indexOf(same);
    for (const one of [...old.childNodes]) if (one !== kept) one.remove();
    kept.before(...all.slice(0, place));
    kept.after(...all.slice(place + 1));
    patch(kept, same, active);
  }

  function remark(old, fresh) {
    old.className = fresh.className;
    for (const one of old.querySelectorAll(".error")) one.remove();
    const control = "fieldset, select, input";
    for (const name of ["aria-describedby", "aria-invalid"]) {
      const value = fresh.querySelector(control).getAttribute(name);
      if (value === null) old.querySelector(control).removeAttribute(name);
      else old.querySelector(control).setAttribute(name, value);
    }
    old.querySelector(".choices, select, .entry").before(...fresh.querySelectorAll(".error"));
  }

  // What has the focus stays at its place on the screen while parts of the page change around it.
  function keepingPlace(change) {
    const before = document.activeElement;
    const id = before && before !== document.body ? before.id : "";
    const top = id ? before.getBoundingClientRect().top : 0;
    change();
    const after = id ? document.getElementById(id) : null;
    if (!after) return;
    if (after !== document.activeElement) after.focus({ preventScroll: true });
    window.scrollBy({ top: after.getBoundingClientRect().top - top, behavior: "instant" });
  }

  // A number and the box `unknown` beside it: one or the other.
  form.addEventListener("input", ({ target }) => {
    const entry = target.closest(".entry");
    const [text, box] = entry ? entry.querySelectorAll("input") : [];
    if (box && target === box && box.checked) text.value = "";
    if (box && target === text && text.value) box.checked = false;
  });
  form.addEventListener("change", () => update());
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && button.getAttribute("formaction") === "/decision.json") return;
    event.preventDefault();
    if (!button || !button.name) return update({ lead: toAnswer });
    const lead = () => reach(document.getElementById(`f-${button.value}`));
    update({ extra: `&${new URLSearchParams([[button.name, button.value]])}`, lead });
  });
  window.addEventListener("online", () => { if (!lost.hidden && retry) retry(null); });

  function reach(field) {
    if (!field) return;
    for (let one = field.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    const control = field.matches("fieldset") ? field.querySelector("input:checked") || field.querySelector("input") : field;
    control.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
  }

  // A link that holds the entries behind its `#`, which no browser sends to any server. It is made only when it is asked for.
  // Its end is a checksum (FNV-1a, 32 bits) of the entries before it: a link that lost a part must not pass for another patient.
  const SHARED = "#entered:";
  const KEPT = "Nothing was taken from it; what was on this page stays as it was.";

  function checksum(text) {
    let sum = 0x811c9dc5;
    for (const one of new TextEncoder().encode(text)) sum = Math.imul(sum ^ one, 0x01000193) >>> 0;
    return sum.toString(16).padStart(8, "0");
  }

  function share(details) {
    const link = details.querySelector("input");
    const text = new URLSearchParams(facts()).toString();
    link.value = `${location.origin}/${SHARED}${text}~${checksum(text)}`;
    link.select();
  }

  async function copy(details) {
    const link = details.querySelector("input");
    const said = details.querySelector("[role=status]");
    link.select();
    try {
      await navigator.clipboard.writeText(link.value);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "Copy it with the keyboard: it is selected.";
    }
  }

  function open() {
    if (!location.hash.startsWith(SHARED)) return;
    const [, shared, sum] = /^(.*)(?:~|%7E)([0-9a-f]{8})$/i.exec(location.hash.slice(SHARED.length)) || [];
    history.replaceState(null, "", location.pathname); // what was entered does not stay in the address
    if (!sum || sum.toLowerCase() !== checksum(shared)) {
      return say(`This link is not complete or was changed on its way: ask for it again. ${KEPT}`);
    }
    const toNote = () => (document.getElementById("summary") || linked).focus(); // the note stands above the answer
    update({ instead: shared, lead: toNote });
  }
  window.addEventListener("hashchange", open);
  open();

  document.addEventListener("toggle", ({ target }) => { if (target.id === "share" && target.open) share(target); }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) return window.print();
    if (event.target.closest("[data-copy]")) return copy(event.target.closest("details"));
    const away = event.target.closest("#answer a[href]:not([href^='#'])");
    if (away && facts().length) { // the way back would lead to an empty form
      away.target = "_blank";
      live.textContent = "Opens in a new tab. Your entries stay here.";
    }
    const link = event.target.closest('a[href^="#f-"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    reach(field);
  });
})();
