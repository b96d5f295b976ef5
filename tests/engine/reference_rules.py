"""The rules and the features once more: slow, obvious, on cells, from the words of their definitions.

A board is (H, 10) bool, row 0 on top. Nothing here comes from the compiled engine but the pieces' own shapes,
which `test_tetromino` holds against tetris-gymnasium.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tetris_arcade.engine.tetromino import NUM_ACTIONS, orientation, placement_col, spawn_col


def board(*rows, height=20):
    """A board drawn as text, "#" filled; missing rows on top are empty."""
    drawn = np.array([[char == "#" for char in row] for row in rows], dtype=bool).reshape(len(rows), 10)
    return np.vstack([np.zeros((height - len(rows), 10), bool), drawn])


def overlaps(cells, shape, top, left):
    """Whether a shape's filled cells hit a filled cell or the floor."""
    return any(
        shape.cells[r, c] and (top + r >= cells.shape[0] or cells[top + r, left + c])
        for r in range(shape.height)
        for c in range(shape.width)
    )


def is_legal(piece, action):
    shape, left = orientation(piece, action % 4), placement_col(piece, action)
    return 0 <= left <= 10 - shape.width


def landing_row(cells, piece, action):
    """The row of the trimmed shape's top where it comes to rest; None where it collides as it enters."""
    shape, left = orientation(piece, action % 4), placement_col(piece, action)
    top = shape.box_row
    if overlaps(cells, shape, top, left):
        return None
    while not overlaps(cells, shape, top + 1, left):
        top += 1
    return top


def lock(cells, piece, action, top):
    """(the board with the piece, (H, 10) bool of the piece's cells)."""
    shape, left = orientation(piece, action % 4), placement_col(piece, action)
    own = np.zeros_like(cells)
    own[top : top + shape.height, left : left + shape.width] = shape.cells
    return cells | own, own


def clear(cells):
    """(the board without its full rows, which rows were full)."""
    full = [row for row in range(len(cells)) if cells[row].all()]
    return np.vstack([np.zeros((len(full), 10), bool), np.delete(cells, full, axis=0)]), full


def can_spawn(cells, piece):
    shape = orientation(piece, 0)
    return not overlaps(cells, shape, shape.box_row, spawn_col(piece))


def push_garbage(cells, hole):
    """(the board with a row pushed up from below, whether no filled cell left at the top)."""
    row = np.ones((1, 10), bool)
    row[0, hole] = False
    return np.vstack([cells[1:], row]), not cells[0].any()


def survives(cells, next_piece, garbage_is_due):
    """Whether the game goes on for every hole that the garbage row could have."""
    if not garbage_is_due:
        return can_spawn(cells, next_piece)
    pushed = [push_garbage(cells, hole) for hole in range(10)]
    return all(fits and can_spawn(raised, next_piece) for raised, fits in pushed)


# -- features


def column_heights(cells):
    return [len(cells) - int(np.argmax(col)) if col.any() else 0 for col in cells.T]


def hole_list(cells):
    return [(r, c) for r in range(len(cells)) for c in range(10) if not cells[r, c] and cells[:r, c].any()]


def bumpiness(cells):
    heights = column_heights(cells)
    return sum(abs(a - b) for a, b in pairwise(heights))


def row_transitions(cells):
    walled = [[True, *row, True] for row in cells.tolist()]
    return sum(a != b for row in walled for a, b in pairwise(row))


def column_transitions(cells):
    columns = [[False, *col, True] for col in cells.T.tolist()]  # the empty sky, and the floor
    return sum(a != b for col in columns for a, b in pairwise(col))


def wells(cells):
    total = 0
    for r in range(len(cells)):
        for c in range(10):
            left, right = c == 0 or cells[r, c - 1], c == 9 or cells[r, c + 1]
            if left and right and not cells[r, c]:
                below = r
                while below < len(cells) and not cells[below, c]:
                    total, below = total + 1, below + 1
    return total


def hole_depth(cells):
    total = 0
    for r, c in hole_list(cells):
        above = r - 1
        while above >= 0 and cells[above, c]:
            total, above = total + 1, above - 1
    return total


def rows_with_holes(cells):
    return len({r for r, _ in hole_list(cells)})


def afterstate(cells, piece, action):
    """(the board after the placement, its 21 features in FEATURES' order), or None where it cannot lock."""
    top = landing_row(cells, piece, action) if is_legal(piece, action) else None
    if top is None:
        return None
    shape = orientation(piece, action % 4)
    locked, own = lock(cells, piece, action, top)
    after, full = clear(locked)
    bottom = len(cells) - (top + shape.height)
    heights = column_heights(after)
    features = [
        *heights,
        max(heights),
        len(hole_list(after)),
        bumpiness(after),
        bottom + (shape.height - 1) / 2,
        len(full) * int(own[full].sum()),
        row_transitions(after),
        column_transitions(after),
        wells(after),
        hole_depth(after),
        rows_with_holes(after),
        len(full),
    ]
    return after, features


def observation(cells, piece, next_piece, garbage_is_due=False):
    """(40, 22) float32 as the environments give it."""
    rows = np.zeros((NUM_ACTIONS, 22), np.float32)
    for action in range(NUM_ACTIONS):
        placed = afterstate(cells, piece, action)
        if placed is not None and survives(placed[0], next_piece, garbage_is_due):
            rows[action] = [*placed[1], 1]
    return rows


# -- random boards


def random_board(height, seed, density, skyline):
    """A board filled up to ragged column tops; without full rows, as boards between two moves are."""
    generator = np.random.default_rng(seed)
    tops = generator.integers(0, round(skyline * height) + 1, size=10)
    rows = np.arange(height)[:, np.newaxis]
    cells = (rows >= height - tops) & (generator.random((height, 10)) < density)
    full = cells.all(axis=1)
    cells[full, generator.integers(0, 10, size=height)[full]] = False
    return cells
