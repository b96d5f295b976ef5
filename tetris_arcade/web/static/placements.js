// What the agent's values say about a board: its best placements, and how good each column is.

import { NUM_COLS, decodeAction, orientation, placementCol } from "./pieces.js";

/** The actions whose values are known and whose piece is between the walls, with their values. */
function knownValues(board) {
  if (board.piece === 0) return [];
  return board.values.flatMap((value, action) => {
    const col = placementCol(board.piece, action);
    const isInside = col >= 0 && col + orientation(board.piece, decodeAction(action)[1]).width <= NUM_COLS;
    return value !== null && isInside ? [{ action, value, col }] : [];
  });
}

/** The row of the topmost filled cell of each column; the height if there is none. */
function columnTops(board) {
  return Array.from({ length: NUM_COLS }, (_, col) => {
    const top = board.board.findIndex((row) => row[col] !== 0);
    return top < 0 ? board.board.length : top;
  });
}

/** Where the piece lands if it falls straight down: {rotation, row, col} of the trimmed piece. */
export function drop(board, action) {
  const [, rotation] = decodeAction(action);
  const shape = orientation(board.piece, rotation);
  const col = placementCol(board.piece, action);
  const tops = columnTops(board);
  const depths = Array(shape.width).fill(0);
  for (const [row, at] of shape.cells) depths[at] = Math.max(depths[at], row + 1);
  return { rotation, row: Math.min(...depths.map((depth, at) => tops[col + at] - depth)), col };
}

/** Up to three placements with the highest values, the best first; those that fill the same cells count once. */
export function bestPlacements(board) {
  const ranked = knownValues(board).sort((a, b) => b.value - a.value);
  const spots = new Map();
  for (const { action } of ranked) {
    const spot = drop(board, action);
    const { cells } = orientation(board.piece, spot.rotation);
    const key = cells.map(([row, col]) => [row + spot.row, col + spot.col]).sort().join(" ");
    if (!spots.has(key)) spots.set(key, spot);
  }
  return [...spots.values()].slice(0, 3);
}

/** The best value of the placements that cover each column, from 0 for the worst column to 1 for the best;
 *  null if unknown. Scaled by columns: a single losing placement would make all columns look alike. */
export function columnHeat(board) {
  const heat = Array(NUM_COLS).fill(null);
  for (const { action, value, col } of knownValues(board)) {
    const { width } = orientation(board.piece, decodeAction(action)[1]);
    for (let at = col; at < col + width; at += 1) heat[at] = Math.max(heat[at] ?? -Infinity, value);
  }
  const known = heat.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return heat.map((value) => (value === null ? null : high > low ? (value - low) / (high - low) : 1));
}
