// The texts over a board: why it stands still, that it is paused, and a new best.

import { element, reducedMotion, setText } from "./dom.js";
import { number } from "./format.js";
import { _ } from "./language.js";
import { NUM_COLS } from "./pieces.js";
import { color, css } from "./theme.js";

const CELEBRATION_MS = 2600;
const NUM_SPARKS = 48;
const GOLDEN_ANGLE = 2.399963; // spreads the sparks evenly

const STAGES = {
  importing: _("Loading the learning library"),
  compiling: _("Compiling the game"),
  building: _("Building the network"),
  learner: _("Compiling the learner"),
  loading: _("Loading the saved run"),
  training: _("First moves"),
};

/** What a start is waiting for. */
function stageText(stage) {
  if (!stage) return _("One moment");
  const kernel = /^kernel (\d+) of (\d+): /.exec(stage);
  return kernel === null ? STAGES[stage] ?? stage : _("Compiling the game, {n} of {all}", { n: kernel[1], all: kernel[2] });
}

/** The box over the board in a state: {title, text, tone, fraction}; null if there is none. */
export function notice(status, canSteer) {
  const isDemo = status.source === "demo";
  const reason = canSteer ? `${status.message} ${_("Press Start to continue.")}` : status.message;
  switch (status.status) {
    case "starting":
      return { title: isDemo ? _("Get ready") : _("Starting training"), text: stageText(status.stage), fraction: status.fraction ?? 0 };
    case "stopping":
      return isDemo ? null : { title: _("Saving…"), text: _("one moment") };
    case "stopped":
      return { title: isDemo ? _("Demo ended") : _("Training stopped"), text: reason };
    case "idle":
      return { title: _("Not started"), text: canSteer ? _("Press Start to train a model, or Demo to watch one.") : _("Nothing is running.") };
    case "failed":
      return { title: isDemo ? _("Demo failed") : _("Training failed"), text: reason, tone: "error" };
    case "restarting":
      return { title: _("One moment"), text: _("Restarting (details in the log)"), tone: "warning" };
    default:
      return status.visual || isDemo ? null : { title: _("Board hidden"), text: _("Training at full speed.") };
  }
}

/** Draws the texts of one board. */
export class Stage {
  #strip;
  #notice;
  #celebration;
  #hideTimer = null;

  constructor(container) {
    this.#strip = container.querySelector(".strip");
    this.#notice = container.querySelector(".notice");
    this.#celebration = container.querySelector(".celebration");
  }

  draw(status, canSteer) {
    const shown = notice(status, canSteer);
    this.#notice.hidden = shown === null;
    if (shown !== null) this.#drawNotice(shown);
    this.#strip.hidden = !status.paused || shown !== null;
    setText(this.#strip, _("Paused"));
  }

  #drawNotice({ title, text, tone = "", fraction = null }) {
    const [head, body, bar] = this.#notice.children;
    this.#notice.dataset.tone = tone;
    setText(head, title);
    setText(body, text);
    bar.hidden = fraction === null;
    if (fraction !== null) bar.value = fraction;
    bar.setAttribute("aria-label", text);
  }

  /** Celebrate a new best: a banner, and sparks unless motion is reduced. */
  celebrate(lines) {
    const [canvas, , text] = this.#celebration.children;
    setText(text, _("{lines} lines per game", { lines: number(lines, 1) }));
    this.#celebration.hidden = false;
    clearTimeout(this.#hideTimer);
    this.#hideTimer = setTimeout(() => { this.#celebration.hidden = true; }, CELEBRATION_MS);
    drawSparks(canvas, this.#celebration.clientWidth);
  }
}

/** Let sparks fly until their time is over, or motion is reduced. */
function drawSparks(canvas, cssWidth) {
  const width = Math.round(cssWidth * devicePixelRatio);
  const startedAt = performance.now();
  canvas.width = canvas.height = width;
  const context = canvas.getContext("2d");
  const frame = (now) => {
    const age = Math.min(1, Math.max(0, (now - startedAt) / CELEBRATION_MS));
    context.clearRect(0, 0, width, width);
    if (age >= 1 || reducedMotion.matches) return;
    const side = (width / NUM_COLS) * (0.35 - 0.25 * age);
    for (let spark = 0; spark < NUM_SPARKS; spark += 1) {
      const angle = spark * GOLDEN_ANGLE;
      const distance = (0.3 + (0.7 * (spark % 7)) / 6) * width * 0.5 * (1 - (1 - age) ** 3);
      context.fillStyle = css(color(`piece-${1 + (spark % 7)}`));
      context.fillRect(width / 2 + Math.cos(angle) * distance, width / 2 + Math.sin(angle) * distance + age * age * width * 0.15, side, side);
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** The title in letters that have the colours of the pieces. */
export function drawLogo(target, title) {
  if (target.dataset.title === title) return;
  target.dataset.title = title;
  const letters = [...title].map((letter, index) => {
    const made = element("span", { textContent: letter });
    made.style.setProperty("--letter", `var(--piece-${1 + (index % 7)})`);
    return made;
  });
  const read = element("span", { className: "unseen", textContent: title });
  target.replaceChildren(read, element("span", { attributes: { "aria-hidden": "true" } }, ...letters));
}
