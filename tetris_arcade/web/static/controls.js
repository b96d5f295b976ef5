// The controls: every button, box and key sends a command, and shows what the server says is so.

import { byId, element, memory, setText } from "./dom.js";
import { speed as speedText, spokenSpeed } from "./format.js";
import { _ } from "./language.js";
import { notifyError } from "./messages.js";

const MAX_WATCHED_SPEED = 16;
const LADDER = [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, null]; // moves per second; null is full speed
const SLIDER_SETTLES_MS = 600;
const BUSY = ["starting", "running", "paused", "saving", "stopping", "restarting", "demo_running"];
const AT_WORK = ["running", "paused", "saving", "demo_running"];
const INTERACTIVE = "input, select, textarea, button, a, summary, [contenteditable]";

/** Whether something runs, so that nothing else can be started. */
export const isBusy = (status) => BUSY.includes(status.status);

const faster = (now) => (now === null ? null : LADDER.find((rung) => rung === null || rung > now));
const slower = (now) =>
  now === null ? LADDER.at(-2) : (LADDER.filter((rung) => rung !== null && rung < now).at(-1) ?? LADDER[0]);

/** `actions`: {openStart, turnGraphs, toggleValues, openHelp} for what the server need not know. */
export class Controls {
  #connection;
  #state;
  #actions;
  #slidAt = -Infinity;
  #boxesInFlight = new Set();
  #keys;

  constructor(connection, state, actions) {
    this.#connection = connection;
    this.#state = state;
    this.#actions = actions;
    this.#keys = this.#makeKeys();
    this.#listen();
    this.#showKeys();
  }

  /** Show the state: what can be done now, and the values that the server has. */
  draw() {
    const { status } = this.#state;
    const can = this.#possible();
    const reason = this.#lockReason();
    byId("operator").disabled = reason !== null;
    byId("locked").hidden = !reason;
    setText(byId("locked"), reason ?? "");
    for (const [id, isPossible] of Object.entries(can)) byId(id).disabled = !isPossible;
    for (const id of ["new-game", "lookahead-line"]) byId(id).hidden = status.source !== "demo";
    byId("in-step-line").hidden = status.source === "demo";
    for (const id of ["start", "save"]) byId(id).hidden = status.source === "demo" && isBusy(status);
    setText(byId("pause"), status.paused ? _("Resume") : _("Pause"));
    this.#drawBox("visual", status.visual);
    this.#drawBox("lookahead", status.lookahead);
    this.#drawBox("in_step", status.in_step);
    this.#drawSpeed();
  }

  #possible() {
    const { status } = this.#state;
    const knows = (name) => this.#state.commands.includes(name);
    const isAtWork = AT_WORK.includes(status.status);
    return {
      start: knows("start") && !isBusy(status),
      pause: knows("pause") && isAtWork,
      step: knows("step") && isAtWork && status.paused,
      stop: knows("stop") && isBusy(status) && status.status !== "stopping",
      save: knows("save") && isAtWork && status.source === "training",
      "new-game": knows("new_game") && isAtWork,
      lookahead: knows("lookahead"),
      visual: knows("set_mode"),
      in_step: knows("in_step"),
      speed: knows("set_speed"),
      slower: knows("set_speed"),
      faster: knows("set_speed"),
    };
  }

  /** Why nothing can be changed from here: a sentence, "" while there is no connection, null if it can. */
  #lockReason() {
    const { role, writable, isConnected } = this.#state;
    if (!isConnected) return "";
    if (role !== "operator") return _("You are watching. Controls need the operator's address.");
    return writable ? null : _("Nothing can be changed from here: another program or a locked display owns it.");
  }

  /** A box that was just ticked keeps its tick until the server has answered. */
  #drawBox(id, isChecked) {
    if (!this.#boxesInFlight.has(id)) byId(id).checked = isChecked;
  }

  #drawSpeed() {
    const { status } = this.#state;
    const speed = status.visual ? this.#shownSpeed() : null;
    setText(byId("speed-text"), speedText(speed));
    const slider = byId("speed");
    const spoken = spokenSpeed(speed);
    if (slider.getAttribute("aria-valuetext") !== spoken) slider.setAttribute("aria-valuetext", spoken);
    // A slider under a finger is not moved by the answer to where it was before.
    if (performance.now() - this.#slidAt > SLIDER_SETTLES_MS) slider.value = String(status.speed);
  }

  /** Pieces per second on the board. A training that is not in step runs at full speed beside it. */
  #shownSpeed() {
    const { source, in_step: isInStep, pieces_per_second: speed } = this.#state.status;
    return source === "demo" || isInStep ? speed : Math.min(speed ?? MAX_WATCHED_SPEED, MAX_WATCHED_SPEED);
  }

  /** Send a command; whether it was obeyed. */
  async #send(command, fields) {
    try {
      await this.#connection.command(command, fields);
      return true;
    } catch (error) {
      notifyError(error);
      return false;
    }
  }

  async #sendBox(id, isChecked, command, fields) {
    this.#boxesInFlight.add(id);
    const isObeyed = await this.#send(command, fields);
    this.#boxesInFlight.delete(id);
    if (isObeyed) this.#state.status[id] = isChecked; // The server's own word comes a moment later.
    this.draw(); // A box that was refused goes back.
  }

  #listen() {
    const click = (id, listener) => byId(id).addEventListener("click", listener);
    click("start", () => this.#actions.openStart());
    click("pause", () => this.#togglePause());
    click("step", () => this.#send("step"));
    click("stop", () => this.#send("stop"));
    click("save", () => this.#send("save"));
    click("new-game", () => this.#send("new_game"));
    click("slower", () => this.#changeSpeed(slower));
    click("faster", () => this.#changeSpeed(faster));
    const change = (id, listener) => byId(id).addEventListener("change", ({ target }) => listener(target.checked));
    change("visual", (visual) => this.#sendBox("visual", visual, "set_mode", { visual }));
    change("in_step", (on) => this.#sendBox("in_step", on, "in_step", { on }));
    change("lookahead", (on) => this.#sendBox("lookahead", on, "lookahead", { on }));
    byId("speed").addEventListener("input", (event) => {
      this.#slidAt = performance.now();
      this.#send("set_speed", { speed: Number(event.target.value) });
    });
    byId("shortcuts").checked = memory.get("shortcuts") !== "off";
    byId("shortcuts").addEventListener("change", (event) => memory.set("shortcuts", event.target.checked ? "on" : "off"));
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  #togglePause() {
    this.#send(this.#state.status.paused ? "resume" : "pause");
  }

  #changeSpeed(change) {
    const now = this.#shownSpeed();
    const next = change(now);
    if (next !== now) this.#send("set_speed", { pieces_per_second: next });
  }

  // --- Keys: the window's own ---

  #makeKeys() {
    const press = (id) => () => byId(id).matches(":enabled") && byId(id).click();
    return [
      { keys: ["p", " "], label: "P", about: _("pause, resume"), run: press("pause") },
      { keys: ["."], label: ".", about: _("one step while paused"), run: press("step") },
      { keys: ["-"], label: "-", about: _("slower"), run: press("slower") },
      { keys: ["+", "="], label: "+", about: _("faster"), run: press("faster") },
      { keys: ["d"], label: "D", about: _("train in step with the board"), run: press("in_step") },
      { keys: ["v"], label: "V", about: _("hide, show the board"), run: press("visual") },
      { keys: ["h"], label: "H", about: _("agent's view"), run: () => this.#actions.toggleValues() },
      { keys: ["g"], label: "G", about: _("other graphs"), run: () => this.#actions.turnGraphs() },
      { keys: ["s"], label: "S", about: _("save a copy"), run: () => this.#actions.nameCopy() },
      { keys: ["x"], label: "X", about: _("stop"), run: press("stop") },
      { keys: ["?", "F1"], label: "?", about: _("keys and display"), run: () => this.#actions.openHelp() },
    ];
  }

  #press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (!byId("shortcuts").checked || document.querySelector("dialog[open]") !== null) return;
    if (isTyping(event)) return;
    const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const found = this.#keys.find(({ keys }) => keys.includes(pressed));
    const mayRepeat = pressed === "." || pressed === "+" || pressed === "=" || pressed === "-";
    if (found === undefined || (event.repeat && !mayRepeat)) return;
    event.preventDefault();
    found.run();
  }

  #showKeys() {
    byId("keys").replaceChildren(...this.#keys.flatMap(({ label, about }) => [
      element("dt", {}, element("kbd", { textContent: label })),
      element("dd", { textContent: about }),
    ]));
    byId("hints").replaceChildren(...this.#keys.map(({ label, about }) =>
      element("li", {}, element("kbd", { textContent: label }), ` ${about}`)));
  }
}

/** Whether the key belongs to what has the focus: letters to a text, space and arrows to a button or slider. */
function isTyping({ target, key }) {
  if (!(target instanceof Element)) return false;
  if (target.matches("input[type='text'], input[type='number'], select, textarea")) return true;
  return target.matches(INTERACTIVE) && (key === " " || key === "Enter" || (target.matches("input[type='range']") && "+-".includes(key)));
}
