"""Draws the effects of a board: on it, on its frame, and over the screen to where lines are counted."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pygame
from pygame import Rect, Surface

from tetris_arcade.engine.tetromino import NUM_PIECES, NUM_ROTATIONS, orientation
from tetris_arcade.languages import _
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import (
    ARRIVAL_SECONDS,
    RECORD_LINE_SECONDS,
    RECORD_SECONDS,
    BoardEffects,
)
from tetris_arcade.ui.effects.particles import Floats
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.theme import Color, blend
from tetris_arcade.ui.widgets.cell_sprites import cell_color, cell_overlay, cell_sprites
from tetris_arcade.ui.widgets.pixel_face import draw_face

_WHITE = (255, 255, 255)
_PULSE_HZ = 0.8
"""Of danger: far below the three flashes per second that can do harm."""
_DANGER_SHARE = 0.3
"""Of the sides of the frame, from the top."""
_FLASH_ALPHA, _ROW_ALPHA, _ALPHA_STEPS = 110, 170, 8
"""Translucent colours come in few steps, so that few pictures are cached."""
_GRAVITY = 9.0
"""Of dust, in cells per second squared."""
_FLIGHT_SIZES = (0.75, 0.62, 0.52, 0.43, 0.35)
_CONFETTI_TURNS_PER_SECOND = 3.0


def shown_effects(canvas: Canvas, effects: BoardEffects | None) -> BoardEffects | None:
    """The effects that are drawn: none with reduced motion."""
    return None if canvas.reduced_motion else effects


def bump_px(canvas: Canvas, effects: BoardEffects | None) -> int:
    """How many pixels a board is drawn below its place."""
    shown = shown_effects(canvas, effects)
    return 0 if shown is None else round(shown.bump * canvas.unit_px)


def draw_mood(canvas: Canvas, line: Rect, text: Rect, effects: BoardEffects | None, color: Color) -> None:
    """Draw a player's face before a text in a line, if there is room; it stays calm with reduced motion."""
    width = line.height * 11 // 9
    place = Rect(text.x - width - canvas.units(2), line.y, width, line.height)
    if effects is not None and place.x >= line.x:
        draw_face(canvas, place, "calm" if canvas.reduced_motion else effects.mood, color, effects.now)


def draw_effects(canvas: Canvas, well: Rect, size: int, bezel: int, effects: BoardEffects | None) -> None:
    """Draw effects on a board. well: of its cells, `size` pixels wide. bezel: the pixels of its frame."""
    effects = shown_effects(canvas, effects)
    if effects is None:
        return
    _draw_frame(canvas, well, bezel, effects)
    clip = canvas.surface.get_clip()
    canvas.surface.set_clip(well.inflate(2 * bezel, 2 * bezel).clip(clip))
    _draw_flashes(canvas, well, size, effects)
    _draw_dust(canvas, well, size, effects)
    _draw_record(canvas, well, effects)
    _draw_confetti(canvas, well, size, effects)
    canvas.surface.set_clip(clip)
    if effects.cells.waits(effects.now - ARRIVAL_SECONDS):
        canvas.draw_later(partial(_draw_flights, canvas, well, size, effects))


# --- The frame ---


def _draw_frame(canvas: Canvas, well: Rect, bezel: int, effects: BoardEffects) -> None:
    """Let the heat of a combo climb the sides of the frame, and danger come down from its top."""
    theme, width = canvas.theme, bezel - max(1, bezel // 3)
    if (heat := effects.heat) > 0.02:
        height = round(heat * well.height)
        color = blend(theme.accent_dim, theme.accent, heat)
        for x in (well.x - width, well.right):
            canvas.fill(Rect(x, well.bottom - height, width, height), color)
    if (danger := effects.danger) > 0.02:
        pulse = 0.75 + 0.25 * math.sin(2 * math.pi * _PULSE_HZ * effects.now)
        color = blend(theme.panel_edge, theme.error, danger * pulse)
        height = round(_DANGER_SHARE * danger * well.height)
        canvas.fill(Rect(well.x - width, well.y - width, well.width + 2 * width, width), color)
        for x in (well.x - width, well.right):
            canvas.fill(Rect(x, well.y, width, height), color)


# --- On the board ---


def _draw_flashes(canvas: Canvas, well: Rect, size: int, effects: BoardEffects) -> None:
    """Brighten cells that locked; let completed rows fade from where they were, once."""
    for landing, left in effects.flashes:
        if landing.rows:
            alpha = _stepped(_ROW_ALPHA, left)
            for row in landing.rows if alpha else ():
                line = Rect(well.x, well.y + row * size, well.width, size)
                canvas.dim(line.clip(well), canvas.theme.accent, alpha)
        elif alpha := _stepped(_FLASH_ALPHA, left):
            cell = cell_overlay(canvas, size, _WHITE, alpha)
            cells = [(row, col) for row, col in landing.cells if row >= 0]
            canvas.draw_images([(cell, (well.x + col * size, well.y + row * size)) for row, col in cells])


def _stepped(most: int, share: float) -> int:
    return most * round(share * _ALPHA_STEPS) // _ALPHA_STEPS


def _draw_dust(canvas: Canvas, well: Rect, size: int, effects: BoardEffects) -> None:
    live = effects.dust.live(effects.now)
    if live is None:
        return
    x = live.x + live.right * live.age
    y = live.y + (live.down + _GRAVITY / 2 * live.age) * live.age
    images = []
    left_px, top_px = _pixels(x, size), _pixels(np.minimum(y, live.y), size)
    looks = zip(live.share.tolist(), live.look.tolist(), strict=True)
    for left, top, (share, value) in zip(left_px, top_px, looks, strict=True):
        px = max(1, round(size * (0.17 - 0.1 * share)))
        color = blend(cell_color(canvas.theme, int(value)), canvas.theme.text, 0.45)
        grain = cell_overlay(canvas, px, color, _stepped(220, 1.0 - share))
        images.append((grain, (well.x + left - px // 2, well.y + top - px)))
    canvas.draw_images(images)


def _draw_record(canvas: Canvas, well: Rect, effects: BoardEffects) -> None:
    """Draw a line that rises over the board once, then what it means."""
    age, theme, thickness = effects.record_age, canvas.theme, canvas.units(1)
    if age < RECORD_LINE_SECONDS:
        y = well.bottom - round(well.height * age / RECORD_LINE_SECONDS)
        canvas.fill(Rect(well.x, y, well.width, thickness).clip(well), theme.accent)
        canvas.dim(Rect(well.x, y + thickness, well.width, 6 * thickness).clip(well), theme.accent, 40)
    elif age < RECORD_SECONDS:
        text = _("RECORD!")
        text_size = fit_size(canvas, text, well.width, 2.0, 1.5, 1.0, 0.5)
        y = well.y + well.height // 6
        canvas.text(text, (well.centerx, y), theme.accent, text_size, "center", shadow=theme.well)


def _draw_confetti(canvas: Canvas, well: Rect, size: int, effects: BoardEffects) -> None:
    """Draw tetrominoes of a few pixels that fall and turn."""
    live = effects.confetti.live(effects.now)
    if live is None:
        return
    px = max(1, round(size / 5))
    x = live.x + live.right * np.sin(3.0 * live.age + live.look)
    y = live.y + live.down * live.age
    turns = (live.age * _CONFETTI_TURNS_PER_SECOND + live.look).astype(int) % NUM_ROTATIONS
    images = []
    pieces = live.look.astype(int) % NUM_PIECES
    looks = zip(pieces.tolist(), turns.tolist(), strict=True)
    for left, top, (piece, turn) in zip(_pixels(x, size), _pixels(y, size), looks, strict=True):
        images.append((_tetromino(canvas, piece, turn, px), (well.x + left, well.y + top)))
    canvas.draw_images(images)


def _tetromino(canvas: Canvas, piece: int, rotation: int, px: int) -> Surface:
    """A whole tetromino, `px` pixels per cell."""

    def make() -> Surface:
        cells = orientation(piece, rotation).cells
        picture = Surface((cells.shape[1] * px, cells.shape[0] * px), pygame.SRCALPHA)
        for row, col in zip(*cells.nonzero(), strict=True):
            picture.fill(cell_color(canvas.theme, piece + 1), Rect(col * px, row * px, px, px))
        return picture

    return canvas.cache.get(("tetromino", piece, rotation, px, canvas.theme.name), make)


# --- Over the screen ---


def _draw_flights(canvas: Canvas, well: Rect, size: int, effects: BoardEffects) -> None:
    """Draw cells on their way to the nearest place where lines are counted, and that they arrive there."""
    counter = _nearest_counter(canvas, well)
    live = effects.cells.live(effects.now)
    if counter is None:
        return
    if live is not None:
        done = live.share * live.share * (3.0 - 2.0 * live.share)
        arc = np.sin(math.pi * live.share) * size * 2.0
        x = _between(well.x + live.x * size, counter.centerx, done)
        y = _between(well.y + live.y * size, counter.centery, done) - arc
        sizes = [cell_sprites(canvas, max(2, round(size * share))) for share in _FLIGHT_SIZES]
        images = []
        looks = zip(
            (live.share * len(sizes)).astype(int).tolist(), live.look.astype(int).tolist(), strict=True
        )
        for left, top, (number, value) in zip(_pixels(x), _pixels(y), looks, strict=True):
            if (sprite := sizes[number][value]) is not None:
                images.append((sprite, (left, top)))
        canvas.draw_images(images)
    remaining = (effects.cells.end + ARRIVAL_SECONDS - effects.now) / ARRIVAL_SECONDS
    if remaining <= 1.0:  # The last of them has arrived.
        color = blend(canvas.theme.panel, canvas.theme.accent, remaining)
        canvas.fill(Rect(counter.x, counter.bottom, counter.width, canvas.units(1)), color)


def _nearest_counter(canvas: Canvas, well: Rect) -> Rect | None:
    x, y = well.center
    return min(
        canvas.counters,
        key=lambda counter: math.hypot(counter.centerx - x, counter.centery - y),
        default=None,
    )


def _pixels(places: Floats, size: int = 1) -> list[int]:
    """Whole pixels of places in cells of some size."""
    return np.rint(places * size).astype(int).tolist()  # type: ignore[no-any-return]


def _between(start: Floats, end: float, share: Floats) -> Floats:
    return start + (end - start) * share
