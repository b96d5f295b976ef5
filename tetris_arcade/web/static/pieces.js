// The seven tetrominoes and the forty actions, as in `tetris_arcade.engine.tetromino`.

export const NUM_COLS = 10;
const NUM_ROTATIONS = 4;
const BOXES = [
  ["....", "####", "....", "...."],
  ["##", "##"],
  [".#.", "###", "..."],
  [".##", "##.", "..."],
  ["##.", ".##", "..."],
  ["#..", "###", "..."],
  ["..#", "###", "..."],
];

/** A quarter turn counter-clockwise. */
function turned(box) {
  const side = box.length;
  return box.map((text, row) => box.map((line) => line[side - 1 - row]).join(""));
}

/** A rotation, trimmed: its filled `cells` as [row, col], its size, and where it is in its box. */
function trimmed(box) {
  const filled = box.flatMap((line, row) => [...line].flatMap((char, col) => (char === "#" ? [[row, col]] : [])));
  const rows = filled.map(([row]) => row);
  const cols = filled.map(([, col]) => col);
  const [top, left] = [Math.min(...rows), Math.min(...cols)];
  return {
    cells: filled.map(([row, col]) => [row - top, col - left]),
    height: Math.max(...rows) - top + 1,
    width: Math.max(...cols) - left + 1,
    boxRow: top,
    boxCol: left,
    boxSize: box.length,
  };
}

const ORIENTATIONS = BOXES.map((box) => {
  const boxes = [box];
  while (boxes.length < NUM_ROTATIONS) boxes.push(turned(boxes.at(-1)));
  return boxes.map(trimmed);
});

/** Piece 1..7 (I O T S Z J L, numbered as in a cell) after `rotation` counter-clockwise quarter turns. */
export const orientation = (piece, rotation) => ORIENTATIONS[piece - 1][rotation];

/** The column of the box's centre, and the rotation, of an action 0..39. */
export const decodeAction = (action) => [Math.floor(action / NUM_ROTATIONS), action % NUM_ROTATIONS];

/** The piece's leftmost filled column. */
export function placementCol(piece, action) {
  const [center, rotation] = decodeAction(action);
  const shape = orientation(piece, rotation);
  return center - Math.floor(shape.boxSize / 2) + shape.boxCol;
}
