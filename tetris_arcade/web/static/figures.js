// The figures beside the board: those of a training, or of a demo.

import { element, setText } from "./dom.js";
import { clock, duration, number, shortNumber, speed } from "./format.js";

const stat = (label, value, tone = "") => ({ label, value, tone });

function trainingGroups(metrics, status) {
  const { loss } = metrics;
  const isHidden = !status.visual;
  return [
    [
      stat("Moves", number(metrics.timesteps)),
      ...(metrics.timesteps_asked ? [stat("Of", number(metrics.timesteps_asked))] : []),
      stat("Moves/s", number(metrics.timesteps_per_second)),
      stat("Speed", speed(isHidden ? null : status.pieces_per_second)),
      stat("Games", number(metrics.episode_count)),
      stat("Time", duration(metrics.seconds)),
    ],
    [
      stat("This game", number(metrics.lines_cleared), "accent"),
      stat("Last game", number(metrics.last_lines)),
      stat("Average of 100", number(metrics.mean_lines_100, 1)),
      stat("Best game", number(metrics.best_lines)),
      stat("Best test", number(metrics.best_eval_lines, 1), "good"),
    ],
    [
      stat("Exploration", number(metrics.timesteps ? metrics.epsilon : null, 3), "exploring"),
      stat("Loss", loss === null || loss < 100 ? number(loss, 4) : shortNumber(loss)),
      stat("Mean Q-value", number(metrics.mean_value, 2)),
      stat("Updates", shortNumber(metrics.updates)),
      saved(metrics),
    ],
  ];
}

function saved({ saved_at: at, unsaved_since: unsaved }) {
  if (unsaved) return stat("Not saved", clock(unsaved), "error");
  return stat("Saved", at ? clock(at) : "not yet", at ? "" : "dim");
}

function duelGroups(boards, status) {
  const names = (status.demo ?? "").split(" : ");
  const both = (figure) => boards.map((board) => number(figure(board))).join(" : ");
  return [
    boards.map((board, side) => ({ ...stat(names[side] ?? "", number(board.lines)), isBig: true })),
    [
      stat("Pieces", both((board) => board.pieces)),
      stat("Score", both((board) => board.score)),
      stat("Speed", speed(status.pieces_per_second), "greedy"),
    ],
  ];
}

function gameGroups([board], status) {
  const value = board.action >= 0 ? board.values[board.action] : null;
  return [
    [{ ...stat("Lines", number(board.lines)), isBig: true }],
    [
      stat("Pieces", number(board.pieces)),
      stat("Score", number(board.score)),
      stat("Speed", speed(status.pieces_per_second), "greedy"),
      stat("Value", number(value, 2)),
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
    this.#container.replaceChildren(...groups.map((group) =>
      element("dl", {}, ...group.flatMap(({ label, isBig }) => [
        element("dt", { textContent: label }),
        element("dd", { className: isBig ? "big" : "" }),
      ]))));
  }
}
