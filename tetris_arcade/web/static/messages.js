// What the page says: short-lived messages, the list of the last ones, and the texts for screen readers.

import { byId, element, setText } from "./dom.js";
import { clock, number } from "./format.js";
import { _, ngettext } from "./language.js";

const MAX_MESSAGES = 50;
const MAX_TOASTS = 3;
const TOAST_MS = 5000;
const MAX_GAMES = 6;

/** Say something once: on the screen, in the list and to a screen reader. tone: "", "good" or "error". */
export function notify(text, tone = "") {
  const toast = element("p", { textContent: text, className: tone });
  byId("toasts").append(toast);
  while (byId("toasts").children.length > MAX_TOASTS) byId("toasts").firstChild.remove();
  setTimeout(() => toast.remove(), TOAST_MS);
  const time = element("time", { textContent: clock(Date.now() / 1000) });
  byId("messages").prepend(element("li", {}, time, element("span", { textContent: text, className: tone })));
  while (byId("messages").children.length > MAX_MESSAGES) byId("messages").lastChild.remove();
  byId("no-messages").hidden = true;
  announce(text, tone === "error");
}

/** Say something to a screen reader only. */
export function announce(text, isUrgent = false) {
  setText(byId(isUrgent ? "live-error" : "live"), text);
}

/** Say what failed; sentences that the server always says in the same words are translated. */
export const notifyError = (error) => notify(_(error.message), "error");

/** The games that ended last, the newest first. Not announced: there can be twenty a second. */
export class LastGames {
  #games = [];

  add({ lines, pieces, source }) {
    this.#games = [{ lines, pieces, source }, ...this.#games].slice(0, MAX_GAMES);
  }

  draw() {
    const best = Math.max(1, ...this.#games.map(({ lines }) => lines));
    byId("no-games").hidden = this.#games.length > 0;
    byId("games").replaceChildren(...this.#games.map(({ lines, pieces, source }) => {
      const fill = element("i");
      fill.style.setProperty("--share", `${(100 * lines) / best}%`);
      const count = ngettext("{n} piece", "{n} pieces", pieces, { n: number(pieces) });
      return element(
        "li",
        { className: lines === best ? "best" : "" },
        element("span", { className: "dim", textContent: source === "demo" ? `${count} (${_("demo")})` : count }),
        element("span", { textContent: ngettext("{n} line", "{n} lines", lines, { n: number(lines) }) }),
        element("span", { className: "bar", attributes: { "aria-hidden": "true" } }, fill),
      );
    }));
  }
}
