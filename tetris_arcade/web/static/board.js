// Draws a board on a canvas: its cells, the falling piece, its ghost, and the agent's values.

import { oncePerFrame, reducedMotion } from "./dom.js";
import { MoveAnimation, hasLanding, pose } from "./motion.js";
import { NUM_COLS, orientation } from "./pieces.js";
import { bestPlacements, columnHeat } from "./placements.js";
import { cellSprites } from "./sprites.js";
import { blend, cellColor, color, css, lighter, onPalette } from "./theme.js";

const UNITS_PER_CELL = 15; // A unit is the window's measure: a pixel of its font.
const BEZEL_UNITS = 3;
const STRIP_UNITS = 5;
const MAX_WAIT_SECONDS = 0.05; // How long a new move waits for the end of the shown one.
const MAX_FRAME_SECONDS = 0.1;
const NO_CLEAR = { rows: [], sweep: 0 };

export const emptyBoard = (height = 20) => ({
  board: Array.from({ length: height }, () => Array(NUM_COLS).fill(0)),
  height, piece: 0, action: -1, rotation: -1, row: -1, col: -1, cleared: [], next: [], over: false,
  greedy: false, move_seconds: 0, game: 0, move: 0, values: [], lines: 0, pieces: 0, score: 0,
});

/** One board in the middle of its container, as large as fits, in whole device pixels per cell. */
export class BoardView {
  shown = emptyBoard();

  #canvas;
  #context;
  #container;
  #animation = new MoveAnimation();
  #waiting = null;
  #waitedSeconds = 0;
  #lastFrame = null;
  #look = { isPaused: false, isDim: false, showsValues: false };
  #geometry = null;
  #requestDraw = oncePerFrame((now) => this.#frame(now));

  constructor(container) {
    this.#container = container;
    this.#canvas = container.querySelector("canvas");
    this.#context = this.#canvas.getContext("2d", { alpha: true });
    new ResizeObserver(() => this.#changed()).observe(container);
    onPalette(() => this.#changed());
    reducedMotion.addEventListener("change", () => this.#changed());
  }

  /** Show a board message: at once, or when the move before it has ended. */
  show(board) {
    const isSameGame = board.game === this.shown.game && board.height === this.shown.height;
    if (!isSameGame || board.move === this.shown.move || reducedMotion.matches) this.#take(board);
    else this.#waiting = board;
    this.#requestDraw();
  }

  /** Show nothing but an empty board. */
  clear() {
    this.#take(emptyBoard(this.shown.height));
    this.#animation = new MoveAnimation();
    this.#requestDraw();
  }

  /** Set how the board is shown: {isPaused, isDim, showsValues}. */
  setLook(look) {
    Object.assign(this.#look, look);
    this.#requestDraw();
  }

  #take(board) {
    if (board.height !== this.shown.height) this.#geometry = null;
    this.shown = board;
    this.#waiting = null;
    this.#waitedSeconds = 0;
  }

  #changed() {
    this.#geometry = null;
    this.#requestDraw();
  }

  #frame(now) {
    const dt = this.#lastFrame === null ? 0 : Math.min(MAX_FRAME_SECONDS, (now - this.#lastFrame) / 1000);
    this.#lastFrame = now;
    let progress = this.#animation.advance(this.shown, dt, this.#look);
    if (this.#waiting !== null) {
      this.#waitedSeconds += dt;
      if (progress >= 1 || this.#look.isPaused || this.#waitedSeconds >= MAX_WAIT_SECONDS) {
        this.#take(this.#waiting);
        progress = this.#animation.advance(this.shown, 0, this.#look);
      }
    }
    this.#draw(reducedMotion.matches ? 1 : progress);
    const isMoving = !reducedMotion.matches && this.#animation.isMoving(this.shown, this.#look.isPaused);
    if (isMoving || this.#waiting !== null) this.#requestDraw();
    else this.#lastFrame = null;
  }

  #draw(progress) {
    this.#geometry ??= this.#measure();
    const { cell, width, height } = this.#geometry;
    const context = this.#context;
    context.clearRect(0, 0, width, height);
    if (cell < 1) return;
    this.#drawWell();
    context.save();
    context.translate(this.#geometry.left, this.#geometry.top);
    context.beginPath();
    context.rect(0, 0, NUM_COLS * cell, this.shown.height * cell);
    context.clip();
    new Drawing(context, cell, this.shown).draw(progress, this.#look.showsValues);
    if (this.#look.isDim || this.shown.over) this.#dim();
    context.restore();
    if (this.#look.showsValues && !this.#look.isDim) this.#drawHeat();
  }

  #measure() {
    const ratio = devicePixelRatio;
    const { clientWidth, clientHeight } = this.#container;
    const [width, height] = [Math.floor(clientWidth * ratio), Math.floor(clientHeight * ratio)];
    const rows = this.shown.height;
    const margins = 2 * BEZEL_UNITS / UNITS_PER_CELL;
    const strip = STRIP_UNITS / UNITS_PER_CELL;
    const about = Math.min(width / (NUM_COLS + margins), height / (rows + margins + strip));
    const unit = Math.max(1, Math.round(about / UNITS_PER_CELL));
    const [bezel, stripPixels] = [BEZEL_UNITS * unit, STRIP_UNITS * unit];
    const cell = Math.max(0, Math.floor(Math.min((width - 2 * bezel) / NUM_COLS, (height - 2 * bezel - stripPixels) / rows)));
    const size = { width: NUM_COLS * cell + 2 * bezel, height: rows * cell + 2 * bezel + stripPixels };
    this.#canvas.width = size.width;
    this.#canvas.height = size.height;
    this.#canvas.style.width = `${size.width / ratio}px`;
    this.#canvas.style.height = `${size.height / ratio}px`;
    this.#context.imageSmoothingEnabled = false;
    const well = this.#canvas.parentElement.style;
    well.setProperty("--well-inset", `${bezel / ratio}px`);
    well.setProperty("--well-top", `${(bezel + stripPixels) / ratio}px`);
    return { ...size, cell, unit, bezel, left: bezel, top: bezel + stripPixels };
  }

  #drawWell() {
    const { cell, bezel, left, top } = this.#geometry;
    const [width, height] = [NUM_COLS * cell, this.shown.height * cell];
    const fill = (rgb, inset, extra = 0) => {
      this.#context.fillStyle = css(rgb);
      this.#context.fillRect(left - inset, top - inset, width + 2 * inset + extra, height + 2 * inset + extra);
    };
    const line = Math.max(1, Math.floor(bezel / 3));
    fill(lighter(color("panel-edge"), 0.35), bezel);
    fill(color("panel-edge"), bezel - line);
    fill(blend(color("panel-edge"), color("well"), 0.6), line);
    fill(color("well"), 0);
    this.#context.fillStyle = css(color("well-grid"));
    for (let col = 1; col < NUM_COLS; col += 1) this.#context.fillRect(left + col * cell, top, 1, height);
    for (let row = 1; row < this.shown.height; row += 1) this.#context.fillRect(left, top + row * cell, width, 1);
  }

  #drawHeat() {
    const { cell, unit, left } = this.#geometry;
    columnHeat(this.shown).forEach((heat, col) => {
      const rgb = heat === null ? color("well") : blend(color("heat-low"), color("heat-high"), heat);
      this.#context.fillStyle = css(rgb);
      this.#context.fillRect(left + col * cell, 0, cell - 1, (STRIP_UNITS - 1) * unit);
    });
  }

  #dim() {
    this.#context.fillStyle = css(color("well"), 0.59);
    this.#context.fillRect(0, 0, NUM_COLS * this.#geometry.cell, this.shown.height * this.#geometry.cell);
  }
}

/** One board's inside, drawn from the top left of its cells. */
class Drawing {
  constructor(context, cell, board) {
    this.context = context;
    this.cell = cell;
    this.board = board;
    this.sprites = cellSprites(cell);
  }

  draw(progress, showsValues) {
    const { board } = this;
    if (board.piece === 0) {
      this.#cells(NO_CLEAR);
      return;
    }
    const now = pose(board, progress);
    const clearing = now.isLocked && board.cleared.length ? { rows: board.cleared, sweep: now.sweep } : NO_CLEAR;
    this.#cells(clearing);
    if (showsValues) this.#bestPlacements();
    if (hasLanding(board) && !now.isLocked) this.#ghost();
    this.#piece(now, clearing);
    if (reach(clearing) > 0 && !hasFallen(clearing)) this.#clearingEdges(clearing);
  }

  #cells(clearing) {
    this.board.board.forEach((values, row) => {
      values.forEach((value, col) => {
        if (value === 0) return;
        const at = displayedRow(clearing, row, col);
        if (at !== null) this.#sprite(value, at, col);
      });
    });
  }

  #sprite(value, row, col) {
    this.context.drawImage(this.sprites[value], Math.round(col * this.cell), Math.round(row * this.cell));
  }

  #piece(now, clearing) {
    const value = this.board.piece;
    for (const [row, col] of orientation(this.board.piece, now.rotation).cells) {
      const at = clearing.rows.length ? displayedRow(clearing, now.row + row, now.col + col) : now.row + row;
      if (at === null) continue;
      this.#sprite(value, at, now.col + col);
      if (now.flash > 0 && !reducedMotion.matches) this.#fillCell(at, now.col + col, css([255, 255, 255], now.flash * 0.59));
    }
  }

  #fillCell(row, col, style) {
    this.context.fillStyle = style;
    this.context.fillRect(Math.round(col * this.cell), Math.round(row * this.cell), this.cell, this.cell);
  }

  #ghost() {
    const rgb = cellColor(this.board.piece);
    this.#spot(this.board, rgb, 0.19, blend(rgb, color("well"), 0.25));
  }

  /** The three best placements, the best one brightest. */
  #bestPlacements() {
    bestPlacements(this.board).map((spot, rank) => [spot, rank]).reverse().forEach(([spot, rank]) => {
      const rgb = blend(color("heat-high"), color("heat-low"), 0.38 * rank);
      this.#spot(spot, rgb, [0.28, 0.19, 0.09][rank], rgb);
    });
  }

  /** Fill a placement, and outline it along the edges that no two of its cells share. */
  #spot({ rotation, row: top, col: left }, rgb, alpha, outline) {
    const { cells } = orientation(this.board.piece, rotation);
    const isFilled = (row, col) => cells.some(([r, c]) => r === row && c === col);
    const line = Math.max(1, Math.floor(this.cell / 12));
    for (const [row, col] of cells) {
      this.#fillCell(top + row, left + col, css(rgb, alpha));
      const [x, y] = [(left + col) * this.cell, (top + row) * this.cell];
      this.context.fillStyle = css(outline);
      if (!isFilled(row - 1, col)) this.context.fillRect(x, y, this.cell, line);
      if (!isFilled(row + 1, col)) this.context.fillRect(x, y + this.cell - line, this.cell, line);
      if (!isFilled(row, col - 1)) this.context.fillRect(x, y, line, this.cell);
      if (!isFilled(row, col + 1)) this.context.fillRect(x + this.cell - line, y, line, this.cell);
    }
  }

  /** The bright edges at which full rows vanish. */
  #clearingEdges(clearing) {
    const far = Math.round(reach(clearing) * this.cell);
    const width = Math.max(2, Math.floor(this.cell / 3));
    const middle = (NUM_COLS * this.cell) / 2;
    this.context.fillStyle = css(color("accent"));
    for (const row of clearing.rows) {
      for (const x of [middle - far, middle + far - width]) this.context.fillRect(x, row * this.cell, width, this.cell);
    }
  }
}

// Full rows vanish from the middle outwards, then the rows above fall.

/** How many columns to each side of the middle have vanished. */
const reach = ({ rows, sweep }) => (rows.length ? (Math.max(0, sweep - 0.15) / 0.6) * (NUM_COLS / 2) : 0);
const hasFallen = ({ rows, sweep }) => rows.length > 0 && sweep >= 0.9;

/** The row at which a cell is drawn; null if it has vanished. */
function displayedRow(clearing, row, col) {
  if (clearing.rows.includes(row)) {
    const isGone = hasFallen(clearing) || Math.abs(col + 0.5 - NUM_COLS / 2) < reach(clearing);
    return isGone ? null : row;
  }
  return hasFallen(clearing) ? row + clearing.rows.filter((cleared) => cleared > row).length : row;
}

/** Draw the next pieces into a canvas, the first one at the left or the top. */
export class QueueView {
  #canvas;
  #pieces = [];
  #requestDraw = oncePerFrame(() => this.#draw());

  constructor(canvas) {
    this.#canvas = canvas;
    new ResizeObserver(() => this.#requestDraw()).observe(canvas);
    onPalette(() => this.#requestDraw());
  }

  show(pieces) {
    if (pieces.join() === this.#pieces.join()) return;
    this.#pieces = pieces;
    this.#requestDraw();
  }

  #draw() {
    const [width, height] = [this.#canvas.clientWidth, this.#canvas.clientHeight].map((side) => Math.floor(side * devicePixelRatio));
    if (!width || !height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
    const context = this.#canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    const isColumn = height > width;
    const count = Math.max(1, this.#pieces.length);
    const part = isColumn ? { width, height: height / count } : { width: width / count, height };
    const cell = Math.floor(Math.min(part.width / 4.5, part.height / 2.5, 26 * devicePixelRatio));
    if (cell < 1) return;
    this.#pieces.forEach((piece, index) => {
      const shape = orientation(piece, 0);
      const x = (isColumn ? 0 : index * part.width) + (part.width - shape.width * cell) / 2;
      const y = (isColumn ? index * part.height : 0) + (part.height - shape.height * cell) / 2;
      for (const [row, col] of shape.cells) {
        context.drawImage(cellSprites(cell)[piece], Math.round(x) + col * cell, Math.round(y) + row * cell);
      }
    });
  }
}
