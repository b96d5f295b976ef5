// The animation of a move: where the falling piece is at each moment, in cells, without drawing.
// The shares of a move's time are those of the window (`tetris_arcade.ui.widgets.piece_animation`).

import { NUM_COLS, decodeAction, orientation } from "./pieces.js";

const TURN_FROM = 0.06;
const TURN_TO = 0.38;
const FALL_FROM = 0.24;
const LANDED = 0.84;
const LANDED_BEFORE_CLEAR = 0.62;
const FLASH = 0.12;

const share = (progress, start, end) => Math.min(1, Math.max(0, (progress - start) / (end - start)));
const eased = (part) => part * part * (3 - 2 * part);

/** The pose of a board's piece when its move has progressed to `progress`, 0..1.
 *  `flash` is 1..0 after it has locked, `sweep` the progress of the line clear. */
export function pose(board, progress) {
  if (!hasLanding(board)) return spawn(board.piece);
  const landed = board.cleared.length ? LANDED_BEFORE_CLEAR : LANDED;
  if (progress >= landed) {
    return {
      rotation: board.rotation,
      row: board.row,
      col: board.col,
      isLocked: true,
      flash: Math.max(0, 1 - (progress - landed) / FLASH),
      sweep: (progress - landed) / (1 - landed),
    };
  }
  const turn = eased(share(progress, TURN_FROM, TURN_TO));
  const rotation = rotationAt(board.rotation, turn);
  const fall = share(progress, FALL_FROM, landed) ** 2.2;
  return { rotation, row: board.row * fall, col: colAt(board, rotation, turn), isLocked: false, flash: 0, sweep: 0 };
}

export const hasLanding = (board) => board.action >= 0 && board.col >= 0;

function spawn(piece) {
  const shape = orientation(piece, 0);
  const col = Math.floor(NUM_COLS / 2) - Math.floor(shape.boxSize / 2) + shape.boxCol;
  return { rotation: 0, row: 0, col, isLocked: false, flash: 0, sweep: 0 };
}

/** One quarter turn after another, but three as one in the other direction. */
function rotationAt(rotation, turn) {
  if (rotation === 3) return turn > 0.35 ? 3 : 0;
  return Math.min(rotation, Math.floor(turn * (rotation + 1)));
}

/** The centre of the piece's box moves evenly from the spawn, whatever its rotation. */
function colAt(board, rotation, turn) {
  const shape = orientation(board.piece, rotation);
  const start = Math.floor(NUM_COLS / 2);
  const [end] = decodeAction(board.action);
  const col = start + (end - start) * turn - Math.floor(shape.boxSize / 2) + shape.boxCol;
  return Math.min(Math.max(col, 0), NUM_COLS - shape.width);
}

/** The progress of the displayed move. A pause stops it, except for a single step; a move that is first seen in
 *  a pause has been made.
 *
 *  A paused board that shows the values of a decision shows it as it was made, before the piece is placed. */
export class MoveAnimation {
  static #STEP_SECONDS = 0.6;
  static #MIN_SECONDS = 0.06; // Shorter moves are not animated.

  #move = null;
  #elapsed = 0;
  #isStep = false;

  /** Whether the progress will change without another board. */
  isMoving(board, isPaused) {
    return (!isPaused || this.#isStep) && this.#elapsed < this.#seconds(board.move_seconds);
  }

  /** Advance by `dt` seconds; return the progress of the board's move, 0..1. */
  advance(board, dt, { isPaused = false, showsValues = false } = {}) {
    const progress = this.#advance(board, dt, isPaused);
    const isPlaced = this.#isStep || (board.piece > 0 && pose(board, progress).isLocked);
    return isPaused && showsValues && isPlaced ? 0 : progress;
  }

  #advance(board, dt, isPaused) {
    const move = `${board.game}/${board.move}`;
    if (move !== this.#move) {
      this.#isStep = isPaused;
      this.#elapsed = isPaused && this.#move === null ? Infinity : 0;
      this.#move = move;
    } else if (!isPaused || this.#isStep) {
      this.#elapsed += dt;
    }
    const seconds = this.#seconds(board.move_seconds);
    return seconds >= MoveAnimation.#MIN_SECONDS ? Math.min(1, this.#elapsed / seconds) : 1;
  }

  #seconds(moveSeconds) {
    if (!this.#isStep) return moveSeconds;
    return moveSeconds > 0 ? Math.min(moveSeconds, MoveAnimation.#STEP_SECONDS) : MoveAnimation.#STEP_SECONDS;
  }
}
