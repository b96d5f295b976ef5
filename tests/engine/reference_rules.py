"""A slow, obvious implementation of the rules and the features, on cells, written from their definitions.

A board is (H, 10) bool, row 0 on top. It uses nothing of the compiled engine except the shapes of the pieces,
which `test_tetromino` compares with tetris-gymnasium.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tetris_arcade.config.features import FEATURES
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
    """Row of the trimmed shape's top where it comes to rest; None if it collides at spawn."""
    shape, left = orientation(piece, action % 4), placement_col(piece, action)
    top = shape.box_row
    if overlaps(cells, shape, top, left):
        return None
    while not overlaps(cells, shape, top + 1, left):
        top += 1
    return top


def lock(cells, piece, action, top):
    """Return (the board with the piece, the piece's cells as (H, 10) bool)."""
    shape, left = orientation(piece, action % 4), placement_col(piece, action)
    own = np.zeros_like(cells)
    own[top : top + shape.height, left : left + shape.width] = shape.cells
    return cells | own, own


def clear(cells):
    """Return (the board without its full rows, the indices of the full rows)."""
    full = [row for row in range(len(cells)) if cells[row].all()]
    return np.vstack([np.zeros((len(full), 10), bool), np.delete(cells, full, axis=0)]), full


def can_spawn(cells, piece):
    shape = orientation(piece, 0)
    return not overlaps(cells, shape, shape.box_row, spawn_col(piece))


def push_garbage(cells, hole):
    """Return (the board with a row pushed in from below, whether no filled cell left at the top)."""
    row = np.ones((1, 10), bool)
    row[0, hole] = False
    return np.vstack([cells[1:], row]), not cells[0].any()


def survives(cells, next_piece, garbage_due):
    """Whether the game continues for every hole that the garbage row could have."""
    if not garbage_due:
        return can_spawn(cells, next_piece)
    pushed = [push_garbage(cells, hole) for hole in range(10)]
    return all(fits and can_spawn(raised, next_piece) for raised, fits in pushed)


# --- Features, on a board as a list of rows of bool, which Python loops read faster than an array ---


def column_heights(rows):
    return [next((len(rows) - r for r in range(len(rows)) if rows[r][c]), 0) for c in range(10)]


def hole_list(rows):
    holes = []
    for c in range(10):
        is_covered = False
        for r in range(len(rows)):
            if rows[r][c]:
                is_covered = True
            elif is_covered:
                holes.append((r, c))
    return holes


def bumpiness(rows):
    heights = column_heights(rows)
    return sum(abs(a - b) for a, b in pairwise(heights))


def row_transitions(rows):
    walled = [[True, *row, True] for row in rows]
    return sum(a != b for row in walled for a, b in pairwise(row))


def column_transitions(rows):
    columns = [[False, *col, True] for col in zip(*rows, strict=True)]  # empty above, filled below
    return sum(a != b for col in columns for a, b in pairwise(col))


def wells(rows):
    total = 0
    for r in range(len(rows)):
        for c in range(10):
            left, right = c == 0 or rows[r][c - 1], c == 9 or rows[r][c + 1]
            if left and right and not rows[r][c]:
                below = r
                while below < len(rows) and not rows[below][c]:
                    total, below = total + 1, below + 1
    return total


def hole_depth(rows):
    total = 0
    for r, c in hole_list(rows):
        above = r - 1
        while above >= 0 and rows[above][c]:
            total, above = total + 1, above - 1
    return total


def rows_with_holes(rows):
    return len({r for r, _ in hole_list(rows)})


def pattern_diversity(rows):
    return len({b - a for a, b in pairwise(column_heights(rows))} & {-2, -1, 0, 1, 2})


def afterstate(cells, piece, action):
    """Return (the board after the placement, its features as in FEATURES), or None if it cannot lock."""
    top = landing_row(cells, piece, action) if is_legal(piece, action) else None
    if top is None:
        return None
    shape = orientation(piece, action % 4)
    locked, own = lock(cells, piece, action, top)
    after, full = clear(locked)
    rows = after.tolist()
    bottom = len(cells) - (top + shape.height)
    heights = column_heights(rows)
    features = {
        **{f"height_{col}": height for col, height in enumerate(heights)},
        "max_height": max(heights),
        "holes": len(hole_list(rows)),
        "bumpiness": bumpiness(rows),
        "landing_height": bottom + (shape.height - 1) / 2,
        "eroded_cells": len(full) * int(own[full].sum()),
        "row_transitions": row_transitions(rows),
        "column_transitions": column_transitions(rows),
        "wells": wells(rows),
        "hole_depth": hole_depth(rows),
        "rows_with_holes": rows_with_holes(rows),
        "lines": len(full),
    }
    return after, [features[feature.name] for feature in FEATURES]


def observation(cells, piece, next_piece, garbage_due=False):
    """The (40, NUM_FEATURES + 1) float32 observation of the environments."""
    rows = np.zeros((NUM_ACTIONS, len(FEATURES) + 1), np.float32)
    for action in range(NUM_ACTIONS):
        placed = afterstate(cells, piece, action)
        if placed is not None and survives(placed[0], next_piece, garbage_due):
            rows[action] = [*placed[1], 1]
    return rows


# --- Random boards ---


def random_board(height, seed, density, skyline):
    """A board filled up to random column tops, without full rows, like a board between two moves."""
    generator = np.random.default_rng(seed)
    tops = generator.integers(0, round(skyline * height) + 1, size=10)
    rows = np.arange(height)[:, np.newaxis]
    cells = (rows >= height - tops) & (generator.random((height, 10)) < density)
    full = cells.all(axis=1)
    cells[full, generator.integers(0, 10, size=height)[full]] = False
    return cells
