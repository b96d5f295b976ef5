"""Draws a board: its cells, the falling piece, the ghost piece, and the agent's values of the placements."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

import pygame
from pygame import Rect, Surface

from tetris_arcade.engine.tetromino import NUM_COLS, orientation
from tetris_arcade.languages import _
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.effects.drawing import bump_px, draw_effects
from tetris_arcade.ui.layout import centered
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.theme import Color, blend
from tetris_arcade.ui.widgets.board_model import LETTERS, BoardModel, PlacementSpot, empty_board
from tetris_arcade.ui.widgets.cell_sprites import cell_color, cell_overlay, cell_sprites
from tetris_arcade.ui.widgets.piece_animation import PiecePose, pose

__all__ = ["BoardModel", "board_cell_size", "board_size", "draw_board", "empty_board"]

_WHITE = (255, 255, 255)
_BEAM_ALPHA, _BEAM_STEP = 40, 8
_ALPHA_STEP = 24
"""Alpha is rounded to this step, so that few overlays are cached."""


def board_cell_size(canvas: Canvas, rect: Rect, height: int) -> int:
    """The largest whole number of pixels per cell at which a board of this height fits; 0 if none does."""
    bezel = _bezel(canvas)
    return max(0, min((rect.width - 2 * bezel) // NUM_COLS, (rect.height - 2 * bezel) // height))


def board_size(canvas: Canvas, rect: Rect, height: int) -> tuple[int, int]:
    """(width, height) in pixels that `draw_board` covers in a rectangle, with its bezel."""
    bezel = _bezel(canvas)
    size = board_cell_size(canvas, rect, height)
    return NUM_COLS * size + 2 * bezel, height * size + 2 * bezel


def draw_board(
    canvas: Canvas,
    rect: Rect,
    board: BoardModel,
    progress: float,
    *,
    show_values: bool = False,
    other: int | None = None,
    dim: bool = False,
    show_game_over: bool = True,
    effects: BoardEffects | None = None,
) -> Rect:
    """Draw a board in the middle of a rectangle, as large as fits; return the rectangle of its cells.

    progress: of the move, 0..1. show_values: draw the agent's values: beams down the columns, bright over
    good places, a dot on every placement, and the outlines of the best ones. other: the candidate, by its
    index, that is compared with the chosen one; all of them then have letters and values. dim: draw it as a
    background. show_game_over: draw a box that says so when the game is over. effects: of this board;
    a background has none.
    """
    size = board_cell_size(canvas, rect, board.height)
    if size < 1:
        return Rect(rect.center, (0, 0))
    bezel = _bezel(canvas)
    outer = centered(rect, *board_size(canvas, rect, board.height))
    place = Rect(outer.x + bezel, outer.y + bezel, NUM_COLS * size, board.height * size)
    well = place.move(0, 0 if dim else bump_px(canvas, effects))
    canvas.surface.blit(_well_image(canvas, well, size, bezel), (well.x - bezel, well.y - bezel))
    clip = canvas.surface.get_clip()
    canvas.surface.set_clip(well.clip(clip))
    shown_progress = 1.0 if canvas.reduced_motion and not show_values else progress
    _draw_inside(canvas, well, size, board, shown_progress, show_values and not dim, other)
    canvas.surface.set_clip(clip)
    if dim or board.over:
        canvas.dim(well, canvas.theme.well, 150)
    if board.over and show_game_over and not dim:
        _draw_game_over(canvas, well)
    if not dim:
        draw_effects(canvas, well, size, bezel, effects)
    return place


def _draw_inside(
    canvas: Canvas,
    well: Rect,
    size: int,
    board: BoardModel,
    progress: float,
    show_values: bool,
    other: int | None,
) -> None:
    if board.is_empty:
        _draw_cells(canvas, well, size, board, _NOTHING_CLEARED)
        return
    now = pose(board, progress)
    clearing = _Clearing(board.cleared, now.sweep) if now.is_locked and board.cleared else _NOTHING_CLEARED
    shows_decision = show_values and not now.is_locked
    if shows_decision:
        _draw_beams(canvas, well, size, board)
    _draw_cells(canvas, well, size, board, clearing)
    if board.landing is not None and not now.is_locked:
        _draw_ghost(canvas, well, size, board, board.landing)
    _draw_piece(canvas, well, size, board, now, clearing)
    if shows_decision:
        _draw_candidates(canvas, well, size, board, other)
    if clearing.reach > 0.0 and not clearing.has_fallen:
        _draw_clearing_edges(canvas, well, size, clearing)


@dataclass(frozen=True)
class _Clearing:
    """The animation of full rows: they vanish from the middle outwards, then the rows above fall."""

    rows: tuple[int, ...]
    sweep: float

    @property
    def reach(self) -> float:
        """How many columns to each side of the middle have vanished."""
        return max(0.0, self.sweep - 0.15) / 0.6 * (NUM_COLS / 2)

    @property
    def has_fallen(self) -> bool:
        return bool(self.rows) and self.sweep >= 0.9

    def displayed_row(self, row: int, col: int) -> int | None:
        """The row at which a cell is drawn, None if it has vanished."""
        if row in self.rows:
            is_gone = self.has_fallen or abs(col + 0.5 - NUM_COLS / 2) < self.reach
            return None if is_gone else row
        return row + sum(cleared > row for cleared in self.rows) if self.has_fallen else row


_NOTHING_CLEARED = _Clearing((), 0.0)


def _bezel(canvas: Canvas) -> int:
    """The thickness of the frame in pixels."""
    return canvas.units(3)


def _well_image(canvas: Canvas, well: Rect, size: int, bezel: int) -> Surface:
    theme = canvas.theme

    def make() -> Surface:
        surface = Surface((well.width + 2 * bezel, well.height + 2 * bezel))
        rect, line = surface.get_rect(), max(1, bezel // 3)
        surface.fill(theme.panel_edge)
        pygame.draw.rect(surface, blend(theme.panel_edge, _WHITE, 0.35), rect, line)
        surface.fill(
            blend(theme.panel_edge, theme.well, 0.6), rect.inflate(-2 * (bezel - line), -2 * (bezel - line))
        )
        inside = Rect(bezel, bezel, well.width, well.height)
        surface.fill(theme.well, inside)
        for col in range(1, NUM_COLS):
            surface.fill(theme.well_grid, Rect(bezel + col * size, bezel, 1, well.height))
        for row in range(1, well.height // size):
            surface.fill(theme.well_grid, Rect(bezel, bezel + row * size, well.width, 1))
        return surface

    return canvas.cache.get(("well", well.size, size, bezel, theme.name), make)


def _draw_cells(canvas: Canvas, well: Rect, size: int, board: BoardModel, clearing: _Clearing) -> None:
    sprites = cell_sprites(canvas, size)
    images = []
    for row, values in enumerate(board.cells.tolist()):
        for col, value in enumerate(values):
            sprite = sprites[value]
            if sprite is None:
                continue
            displayed_row = clearing.displayed_row(row, col) if clearing.rows else row
            if displayed_row is not None:
                images.append((sprite, (well.x + col * size, well.y + displayed_row * size)))
    canvas.draw_images(images)


def _draw_piece(
    canvas: Canvas, well: Rect, size: int, board: BoardModel, now: PiecePose, clearing: _Clearing
) -> None:
    sprite = cell_sprites(canvas, size)[board.piece + 1]
    assert sprite is not None
    positions = []
    for row, col in _filled(board.piece, now.rotation):
        if not clearing.rows:
            positions.append((well.x + round((now.col + col) * size), well.y + round((now.row + row) * size)))
        elif (displayed_row := clearing.displayed_row(int(now.row) + row, int(now.col) + col)) is not None:
            positions.append((well.x + (int(now.col) + col) * size, well.y + displayed_row * size))
    canvas.draw_images([(sprite, position) for position in positions])
    alpha = round(now.flash * 150) // _ALPHA_STEP * _ALPHA_STEP
    if alpha and not canvas.reduced_motion:
        overlay = cell_overlay(canvas, size, _WHITE, alpha)
        canvas.draw_images([(overlay, position) for position in positions])


def _draw_clearing_edges(canvas: Canvas, well: Rect, size: int, clearing: _Clearing) -> None:
    """Draw the bright edges at which full rows vanish."""
    reach = round(clearing.reach * size)
    width = max(2, size // 3)
    for row in clearing.rows:
        for x in (well.centerx - reach, well.centerx + reach - width):
            if well.x <= x <= well.right - width:
                canvas.fill(Rect(x, well.y + row * size, width, size), canvas.theme.accent)


def _draw_ghost(canvas: Canvas, well: Rect, size: int, board: BoardModel, spot: PlacementSpot) -> None:
    color = cell_color(canvas.theme, board.piece + 1)
    _fill_spot(canvas, well, size, board.piece, spot, color, 48)
    _outline_spot(canvas, well, size, board.piece, spot, blend(color, canvas.theme.well, 0.25))


def _draw_beams(canvas: Canvas, well: Rect, size: int, board: BoardModel) -> None:
    """Light the columns from above, the brighter the better the best placement that covers them."""
    theme = canvas.theme
    for col, heat in enumerate(board.column_heat.tolist()):
        alpha = 0 if heat != heat else round(heat**2 * _BEAM_ALPHA / _BEAM_STEP) * _BEAM_STEP
        if alpha:
            height = int(board.tops[col]) * size
            canvas.dim(Rect(well.x + col * size + 1, well.y, size - 1, height), theme.heat_high, alpha)


def _draw_candidates(canvas: Canvas, well: Rect, size: int, board: BoardModel, other: int | None) -> None:
    """Draw a dot on every placement, and the best ones with their letters and values, the best on top."""
    theme = canvas.theme
    dot = max(2, size // 5)
    for spot, heat in board.spot_heat:
        cells = _spot_cells(board.piece, spot)
        row, col = cells[len(cells) // 2]
        x, y = well.x + col * size + (size - dot) // 2, well.y + row * size + (size - dot) // 2
        canvas.fill(Rect(x, y, dot, dot), blend(theme.heat_low, theme.heat_high, heat))
    ranked = list(enumerate(board.candidates))
    for index, action in reversed(ranked):
        is_marked = index in (0, other) or action == board.action
        color = blend(theme.heat_high, theme.heat_low, 0.0 if is_marked else 0.16 * index)
        _outline_spot(canvas, well, size, board.piece, board.drop(action), color)
    taken: list[Rect] = []
    for index, action in ranked if other is not None else ():
        is_chosen = action == board.action
        color = theme.accent if is_chosen else theme.text
        _draw_tag(canvas, well, size, board, index, action, color, taken)


def _draw_tag(
    canvas: Canvas,
    well: Rect,
    size: int,
    board: BoardModel,
    index: int,
    action: int,
    color: Color,
    taken: list[Rect],
) -> None:
    """Draw a candidate's letter and, if there is room beside other tags, its value on its ghost."""
    cells = _spot_cells(board.piece, board.drop(action))
    letter, value = LETTERS[index], f"{board.values[action]:.1f}"
    margin = canvas.units(1)
    for text in (f"{letter} {value}", letter):
        width, height = canvas.text_width(text) + 2 * margin, canvas.text_height() + margin
        for row, col in sorted(cells):
            tag = Rect(0, 0, width, height)
            tag.center = (well.x + col * size + size // 2, well.y + row * size + size // 2)
            tag.clamp_ip(well)
            if tag.collidelist(taken) < 0:
                taken.append(tag)
                canvas.fill(tag, canvas.theme.well)
                canvas.text(text, (tag.x + margin, tag.y + margin // 2), color)
                return


@cache
def _filled(piece: int, rotation: int) -> tuple[tuple[int, int], ...]:
    """(row, col) of the cells of a trimmed piece."""
    rows, cols = orientation(piece, rotation).cells.nonzero()
    return tuple(zip(rows.tolist(), cols.tolist(), strict=True))


def _fill_spot(
    canvas: Canvas, well: Rect, size: int, piece: int, spot: PlacementSpot, color: Color, alpha: int
) -> None:
    fill_cells(canvas, well, size, _spot_cells(piece, spot), color, alpha)


def _outline_spot(
    canvas: Canvas, well: Rect, size: int, piece: int, spot: PlacementSpot, color: Color
) -> None:
    outline_cells(canvas, well, size, _spot_cells(piece, spot), color)


def _spot_cells(piece: int, spot: PlacementSpot) -> list[tuple[int, int]]:
    rotation, top, left = spot
    return [(top + row, left + col) for row, col in _filled(piece, rotation)]


def fill_cells(
    canvas: Canvas, well: Rect, size: int, cells: Iterable[tuple[int, int]], color: Color, alpha: int
) -> None:
    """Draw a translucent colour over cells, (row, col) on a board whose cells are `size` pixels wide."""
    overlay = cell_overlay(canvas, size, color, alpha)
    canvas.draw_images([(overlay, (well.x + col * size, well.y + row * size)) for row, col in cells])


def outline_cells(
    canvas: Canvas, well: Rect, size: int, cells: Collection[tuple[int, int]], color: Color
) -> None:
    """Draw the outline of cells: the edges that no two of them share."""
    line = max(1, size // 12)
    for row, col in cells:
        x, y = well.x + col * size, well.y + row * size
        if (row - 1, col) not in cells:
            canvas.fill(Rect(x, y, size, line), color)
        if (row + 1, col) not in cells:
            canvas.fill(Rect(x, y + size - line, size, line), color)
        if (row, col - 1) not in cells:
            canvas.fill(Rect(x, y, line, size), color)
        if (row, col + 1) not in cells:
            canvas.fill(Rect(x + size - line, y, line, size), color)


def _draw_game_over(canvas: Canvas, well: Rect) -> None:
    text = _("GAME OVER")
    size = fit_size(canvas, text, well.width - canvas.units(4), 2.0, 1.5, 1.0, 0.5)
    width, height = canvas.text_width(text, size), canvas.text_height(size)
    box = centered(well, min(well.width, width + canvas.units(8)), height + canvas.units(8))
    canvas.fill(box, canvas.theme.panel)
    canvas.draw_border(box, canvas.theme.error)
    canvas.text_in(text, box, canvas.theme.error, size)
