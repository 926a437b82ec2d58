// The local Slack's own script. The page comes finished from the server; this keeps it fresh, keeps what is being
// typed over each refresh, and does what HTML alone cannot: modals, menus, the composer.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const SCROLLED = "#messages, #thread-messages";

// ---- freshness: the server rings, the page fetches its inside again

function listen() {
  const source = new EventSource("/changes");
  source.onmessage = () => htmx.trigger("#client", "refresh");
  source.onopen = () => {
    $("#offline").hidden = true;
    htmx.trigger("#client", "refresh");
  };
  source.onerror = () => { $("#offline").hidden = false; };
}

// ---- what must survive a refresh: the place in a list, and whatever is typed in a modal

let atEnd = new Map();
let typed = null;

function rememberModal(modal) {
  const focused = modal.contains(document.activeElement) ? document.activeElement : null;
  return {
    view: modal.dataset.view,
    controls: controls(modal).map((control) => ({
      name: control.name, type: control.type, option: control.value, value: control.value, checked: control.checked,
    })),
    focus: focused && {
      name: focused.name, value: focused.value, action: focused.dataset.actionId, start: caret(focused), end: caret(focused, "End"),
    },
  };
}

function caret(control, side = "Start") {
  return ["text", "textarea"].includes(control.type) ? control[`selection${side}`] : null;
}

function controls(modal) {
  return $$("[name][data-action-id]", modal);
}

function twin(modal, known) {
  const chosen = ["radio", "checkbox"].includes(known.type);
  return controls(modal).find((control) => control.name === known.name && control.type === known.type
    && (!chosen || control.value === known.option));
}

// Slack keeps what was typed where block_id and action_id are the same; so does this.
function restoreModal(modal, known) {
  for (const old of known.controls) {
    const control = twin(modal, old);
    if (!control) continue;
    const changed = ["radio", "checkbox"].includes(old.type) ? control.checked !== old.checked : control.value !== old.value;
    if (!changed) continue;
    control.checked = old.checked;
    if (!["radio", "checkbox"].includes(old.type)) control.value = old.value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function focusModal(modal, known) {
  const wrong = $(".wrong :is(input, textarea, select)", modal);
  const again = known?.focus && controls(modal).find((control) => control.name === known.focus.name
    && control.dataset.actionId === known.focus.action && (control.type !== "radio" || control.value === known.focus.value));
  const target = wrong || again || $("[autofocus]", modal) || controls(modal).find((control) => control.name) || $("footer .primary", modal);
  target?.focus({ preventScroll: !wrong });
  if (target === again && known.focus.start !== null) again.setSelectionRange(known.focus.start, known.focus.end);
}

document.addEventListener("htmx:before:swap", () => {
  atEnd = new Map($$(SCROLLED).map((list) => [list.id, list.scrollHeight - list.scrollTop - list.clientHeight < 80]));
  const modal = $("dialog.modal[open]");
  typed = modal && rememberModal(modal);
});

document.addEventListener("htmx:after:swap", settle);

function settle() {
  const modal = $("dialog.modal:not([open])");
  if (modal) openModal(modal);
  for (const list of $$(SCROLLED)) {
    if (atEnd.get(list.id) ?? true) list.scrollTop = list.scrollHeight;
  }
  $$("[data-max]").forEach(count);
  if (document.activeElement.matches("[data-draft]")) offerCommands(document.activeElement);
}

function openModal(modal) {
  const same = typed && typed.view === modal.dataset.view ? typed : null;
  modal.showModal();
  modal.addEventListener("cancel", (event) => {
    event.preventDefault();
    $("[data-close]", modal).click();
  });
  if (same) restoreModal(modal, same);
  focusModal(modal, same);
}

// ---- inputs: counters, Enter

function count(control) {
  const left = Number(control.dataset.max) - [...control.value].length;
  const counter = control.parentElement.querySelector(`output[for="${CSS.escape(control.id)}"]`);
  counter.textContent = left > Math.max(20, control.dataset.max / 10) ? "" : String(left);
  counter.classList.toggle("over", left < 0);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-max]")) count(event.target);
  if (event.target.matches("[data-draft]")) keepDraft(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.target.matches("input[data-on-enter]")) {
    event.preventDefault();
    const pressed = event.target.form.elements.pressed;
    pressed.value = "enter";
    htmx.trigger(event.target, "entered");
    pressed.value = "";
  }
});

// ---- composer: drafts, Enter sends, slash commands

function keepDraft(box) {
  sessionStorage.setItem(box.dataset.draft, box.value);
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
  offerCommands(box);
}

function offerCommands(box) {
  const list = $(".commands", box.form);
  if (!list) return;
  const begun = /^\/\S*$/.test(box.value);
  const fitting = $$("[data-command]", list).filter((option) => {
    option.hidden = !(begun && option.dataset.command.startsWith(box.value));
    return !option.hidden;
  });
  list.hidden = fitting.length === 0 || fitting[0].dataset.command === box.value;
}

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (!box.matches("[data-draft]")) return;
  const list = $(".commands:not([hidden])", box.form);
  if (event.key === "Tab" && list && !event.shiftKey) {
    event.preventDefault();
    chooseCommand($("[data-command]:not([hidden])", list));
  } else if (event.key === "Escape" && list) {
    list.hidden = true;
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (box.value.trim()) box.form.requestSubmit();
  }
});

function chooseCommand(option) {
  const box = $("[data-draft]", option.closest("form"));
  box.value = `${option.dataset.command} `;
  keepDraft(box);
  box.focus();
}

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (!sourceElement.matches(".composer") || response.status >= 400) return;
  const box = $("[data-draft]", sourceElement);
  box.value = "";
  keepDraft(box);
});

// ---- menus, links of buttons, confirmations

document.addEventListener("click", (event) => {
  const option = event.target.closest("[data-command]");
  if (option) chooseCommand(option);
  const outward = event.target.closest("[data-href]");
  if (outward) window.open(outward.dataset.href, "_blank", "noopener");
  for (const menu of $$("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".popover button")) menu.open = false;
  }
});

document.addEventListener("submit", (event) => {
  const menu = event.target.closest("details.menu");
  if (menu) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && $("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  $("summary", menu).focus();
});

document.addEventListener("htmx:confirm", (event) => {
  const asked = event.detail.ctx.sourceElement.dataset.confirm;
  if (!asked) return;
  event.preventDefault();
  const { title, text, yes, no, style } = JSON.parse(asked);
  const dialog = $("#confirm");
  $("#confirm-title").textContent = title;
  $("#confirm-text").textContent = text;
  $("#confirm-yes").textContent = yes;
  $("#confirm-deny").textContent = no;
  $("#confirm-yes").className = `button ${style}`;
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => {
    event.detail[dialog.returnValue === "yes" ? "issueRequest" : "dropRequest"]();
  }, { once: true });
  dialog.showModal();
});

// ---- start: once htmx has taken the page; until then nothing shows that could be typed into or pressed in vain

document.addEventListener("htmx:after:process", () => {
  $("#client").hidden = false;
  for (const box of $$("[data-draft]")) {
    box.value = sessionStorage.getItem(box.dataset.draft) ?? "";
    if (box.value) keepDraft(box);
  }
  for (const current of $$("nav [aria-current]")) current.scrollIntoView({ block: "nearest", inline: "center" });
  settle();
  listen();
}, { once: true });
