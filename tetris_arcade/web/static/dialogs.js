// What all dialogs have in common: they close by their buttons and by Escape, and say why something failed.

import { byId, setText } from "./dom.js";

/** Open a dialog without the answer of its last time. */
export function open(id) {
  const dialog = byId(id);
  if (dialog.querySelector(".answer") !== null) showAnswer(dialog, null);
  dialog.showModal();
  return dialog;
}

/** Show why what a form asked for was not done; null removes it. */
export function showAnswer(form, error) {
  const answer = form.querySelector(".answer");
  answer.hidden = error === null;
  setText(answer, error === null ? "" : error.message);
}

/** Do what a form asks for, once at a time; close its dialog, or show in it what went wrong. */
export async function submit(form, task) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  showAnswer(form, null);
  try {
    await task();
    form.closest("dialog")?.close();
  } catch (error) {
    showAnswer(form, error);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

for (const button of document.querySelectorAll("dialog .close")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
