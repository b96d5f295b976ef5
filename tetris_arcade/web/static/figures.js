// The figures beside the board: those of a training, or of a demo.

import { element, setText } from "./dom.js";
import { clock, duration, number, shortNumber, speed } from "./format.js";
import { _ } from "./language.js";

const stat = (label, value, tone = "") => ({ label, value, tone });

function trainingGroups(metrics, status) {
  const { loss } = metrics;
  const isHidden = !status.visual;
  return [
    [
      stat(_("Moves"), number(metrics.timesteps)),
      ...(metrics.timesteps_asked ? [stat(_("Of"), number(metrics.timesteps_asked))] : []),
      stat(_("Moves/s"), number(metrics.timesteps_per_second)),
      stat(_("Speed"), speed(isHidden ? null : status.pieces_per_second)),
      stat(_("Games"), number(metrics.episode_count)),
      stat(_("Time"), duration(metrics.seconds)),
    ],
    [
      stat(_("This game"), number(metrics.lines_cleared), "accent"),
      stat(_("Last game"), number(metrics.last_lines)),
      stat(_("Average of 100"), number(metrics.mean_lines_100, 1)),
      stat(_("Best game"), number(metrics.best_lines)),
      stat(_("Best test"), number(metrics.best_eval_lines, 1), "good"),
    ],
    [
      stat(_("Exploration"), number(metrics.timesteps ? metrics.epsilon : null, 3), "exploring"),
      stat(_("Loss"), loss === null || loss < 100 ? number(loss, 4) : shortNumber(loss)),
      stat(_("Mean Q-value"), number(metrics.mean_value, 2)),
      stat(_("Updates"), shortNumber(metrics.updates)),
      saved(metrics),
    ],
  ];
}

function saved({ saved_at: at, unsaved_since: unsaved }) {
  if (unsaved) return stat(_("Not saved"), clock(unsaved), "error");
  return stat(_("Saved"), at ? clock(at) : _("not yet"), at ? "" : "dim");
}

function duelGroups(boards, status) {
  const names = (status.demo ?? "").split(" : ");
  const both = (figure) => boards.map((board) => number(figure(board))).join(" : ");
  return [
    boards.map((board, side) => ({ ...stat(names[side] ?? "", number(board.lines)), isBig: true })),
    [
      stat(_("Pieces"), both((board) => board.pieces)),
      stat(_("Score"), both((board) => board.score)),
      stat(_("Speed"), speed(status.pieces_per_second), "greedy"),
    ],
  ];
}

function gameGroups([board], status) {
  const value = board.action >= 0 ? board.values[board.action] : null;
  return [
    [{ ...stat(_("Lines"), number(board.lines)), isBig: true }],
    [
      stat(_("Pieces"), number(board.pieces)),
      stat(_("Score"), number(board.score)),
      stat(_("Speed"), speed(status.pieces_per_second), "greedy"),
      stat(_("Value"), number(value, 2)),
    ],
  ];
}

/** Draws the figures; elements are made once and only their texts change. */
export class Figures {
  #container;
  #shape = "";

  constructor(container) {
    this.#container = container;
  }

  /** boards: the one that is shown, or both of a duel. */
  draw(metrics, boards, status) {
    const isGame = status.source === "demo" || status.source === "replay";
    const gameOrDuel = boards.length > 1 ? duelGroups : gameGroups;
    const groups = isGame ? gameOrDuel(boards, status) : trainingGroups(metrics, status);
    const shape = groups.map((group) => group.map(({ label }) => label).join()).join(";");
    if (shape !== this.#shape) this.#build(groups, shape);
    const values = this.#container.querySelectorAll("dd");
    groups.flat().forEach(({ value, tone }, index) => {
      setText(values[index], value);
      if (values[index].dataset.tone !== tone) values[index].dataset.tone = tone;
    });
  }

  #build(groups, shape) {
    this.#shape = shape;
    const row = ({ label, isBig }) =>
      element("div", {}, element("dt", { textContent: label }), element("dd", { className: isBig ? "big" : "" }));
    this.#container.replaceChildren(...groups.map((group) => element("dl", {}, ...group.map(row))));
  }
}
