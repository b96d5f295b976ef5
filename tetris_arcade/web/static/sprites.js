// The pictures of cells: each piece has a colour and a pattern, so that colour is not needed.

import { cellColor, css, darker, lighter, palette } from "./theme.js";

const cache = new Map();
const MAX_CACHED = 12;

/** The pictures of the cell values 0..8, `size` device pixels wide; null for an empty cell. */
export function cellSprites(size) {
  const key = `${palette()}/${size}`;
  if (!cache.has(key)) {
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value);
    cache.set(key, [null, ...PATTERNS.map((pattern, index) => paint(index + 1, size))]);
  }
  return cache.get(key);
}

function paint(value, size) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  const fill = (rgb, x, y, width, height) => {
    context.fillStyle = css(rgb);
    context.fillRect(x, y, Math.max(0, width), Math.max(0, height));
  };
  const rgb = cellColor(value);
  const edge = Math.max(1, Math.floor(size / 10));
  // A dark edge on the right and below, a light one on the left and above, so that the cell looks raised.
  fill(darker(rgb, 0.62), 0, 0, size, size);
  fill(lighter(rgb, 0.45), 0, 0, size - 1, size - 1);
  fill(darker(rgb, 0.35), edge, edge, size - 1 - edge, size - 1 - edge);
  const side = Math.max(1, size - 1 - 2 * edge);
  fill(rgb, edge, edge, side, side);
  const within = (name, x, y, width, height) => fill(name, edge + x, edge + y, width, height);
  PATTERNS[value - 1](within, side, darker(rgb, 0.48), lighter(rgb, 0.55));
  return canvas;
}

/** I: a bright corner. */
function gloss(fill, side, dark, light) {
  const part = Math.max(1, Math.floor(side / 3));
  const half = Math.max(1, Math.floor(part / 2));
  fill(light, 0, 0, part, half);
  fill(light, 0, 0, half, part);
}

/** O: a hollow square. */
function ring(fill, side, dark) {
  const by = Math.max(1, Math.floor(side / 5));
  const line = Math.max(1, Math.floor(side / 7));
  const width = side - 2 * by;
  fill(dark, by, by, width, line);
  fill(dark, by, by + width - line, width, line);
  fill(dark, by, by, line, width);
  fill(dark, by + width - line, by, line, width);
}

/** T: a square dot. */
function dot(fill, side, dark) {
  const part = Math.max(2, Math.round(side * 0.4));
  const at = Math.floor(side / 2) - Math.floor(part / 2);
  fill(dark, at, at, part, part);
}

/** S: a diagonal that rises to the right. Z: one that falls. */
const diagonal = (isRising) => (fill, side, dark) => {
  const width = Math.max(2, Math.round(side * 0.34));
  for (let row = 0; row < side; row += 1) {
    const along = (isRising ? side - 1 - row : row) - Math.floor(width / 2);
    const [start, end] = [Math.max(0, along), Math.min(side, along + width)];
    fill(dark, start, row, end - start, 1);
  }
};

/** J: two horizontal bars. L: two vertical ones. */
const bars = (isHorizontal) => (fill, side, dark) => {
  const bar = Math.max(1, Math.floor(side / 5));
  for (const share of [0.3, 0.7]) {
    const at = Math.round(side * share) - Math.floor(bar / 2);
    if (isHorizontal) fill(dark, 0, at, side, bar);
    else fill(dark, at, 0, bar, side);
  }
};

/** Garbage: a checkerboard. */
function checkers(fill, side, dark) {
  const half = Math.floor(side / 2);
  fill(dark, 0, 0, half, half);
  fill(dark, half, half, side - half, side - half);
}

// By cell value - 1: I O T S Z J L, garbage.
const PATTERNS = [gloss, ring, dot, diagonal(true), diagonal(false), bars(true), bars(false), checkers];
