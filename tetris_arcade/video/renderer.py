"""A game as it is filmed: played at a pace, and drawn frame by frame as the demo draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pygame
from pygame import Rect, Surface

from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.training.players import Player
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.layout import cut_top, inset
from tetris_arcade.ui.theme import Theme
from tetris_arcade.ui.widgets.board import board_size, draw_board
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.piece_animation import MoveAnimation
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat
from tetris_arcade.video.encoder import Picture

_LAST_SECONDS = 1.5
"""How long the end of a game stays."""
_UNITS_HIGH = 360


class PacedGame:
    """Plays one game at `speed` pieces a second, as many frames a second as are asked for."""

    def __init__(self, game: Game, player: Player, speed: float, lookahead: bool = False) -> None:
        self._game, self._player, self._lookahead = game, player, lookahead
        self._move_seconds = 1.0 / speed
        self._view = BoardModel.from_game(game)
        self._values = np.full(NUM_ACTIONS, np.nan, np.float32)

    @property
    def moves(self) -> int:
        return self._view.move

    def skip(self, pieces: int) -> None:
        """Play so many pieces before the film begins; a game that ends before stays at its end."""
        while self._game.pieces < pieces and not self._game.is_over:
            self._game.step(self._player.choose(self._game, self._lookahead, self._values))

    def views(self, frames_per_second: int, seconds: float) -> Iterator[tuple[BoardModel, float]]:
        """What each frame shows, (a board, how far its move is, 0..1), for so long or to the game's end."""
        clock, dt = MoveAnimation(), 1.0 / frames_per_second
        next_move_at, ended_at = 0.0, seconds
        for frame in range(round(seconds * frames_per_second)):
            now = frame * dt
            while now >= next_move_at and not self._view.over:
                self._move()
                next_move_at += self._move_seconds
                if self._view.over:
                    ended_at = now + _LAST_SECONDS
            if now > ended_at:
                return
            yield self._view, clock.advance(self._view, dt, is_paused=False)

    def _move(self) -> None:
        """Show the next move, or how the game ended."""
        game = self._game
        position = BoardModel.from_game(game, move=self._view.move, move_seconds=self._move_seconds)
        if game.is_over:
            self._view = replace(position, over=True)
            return
        action = self._player.choose(game, self._lookahead, self._values)
        self._view = position.with_move(
            game.step(action),
            move=position.move + 1,
            values=self._values.copy(),
            lines=game.lines,
            pieces=game.pieces,
            score=game.score,
        )


class VideoRenderer:
    """Draws a filmed game: its board, and beside it who plays, the figures, and the pieces that come."""

    def __init__(self, name: str, title: str, theme: Theme, height_px: int, rows: int) -> None:
        pygame.font.init()
        self._name, self._title, self._theme, self._cache = name, title, theme, SurfaceCache()
        height_px -= height_px % 2
        tall = Canvas(Surface((height_px * 4, height_px)), theme, self._cache)
        width = board_size(tall, inset(tall.rect, self._margin(height_px)), rows)[0]
        side = height_px * 36 // 100
        width_px = width + side + 3 * self._margin(height_px)
        self._surface = Surface((width_px + width_px % 2, height_px))
        self._side = side

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels, both even."""
        return self._surface.get_size()

    @staticmethod
    def _margin(height_px: int) -> int:
        return max(4, height_px // 60)

    def draw(self, view: BoardModel, progress: float) -> Picture:
        """One frame's picture."""
        height_px = self._surface.get_height()
        canvas = Canvas(self._surface, self._theme, self._cache, unit_px=max(1, height_px // _UNITS_HIGH))
        margin = self._margin(height_px)
        canvas.fill(canvas.rect, self._theme.background)
        area = inset(canvas.rect, margin)
        side = Rect(area.right - self._side, area.y, self._side, area.height)
        board = Rect(area.x, area.y, area.width - self._side - margin, area.height)
        draw_board(canvas, board, view, progress)
        self._draw_side(canvas, side, view)
        return np.ascontiguousarray(pygame.surfarray.array3d(self._surface).swapaxes(0, 1))

    def _draw_side(self, canvas: Canvas, side: Rect, view: BoardModel) -> None:
        theme = canvas.theme
        inside = canvas.panel(side, self._name)
        stats = (
            Stat("lines", f"{view.lines:,}", theme.accent),
            Stat("pieces", f"{view.pieces:,}"),
            Stat("score", f"{view.score:,}"),
        )
        rest = cut_top(inside, canvas.units(4))[1]
        for stat in stats:
            place, rest = cut_top(rest, canvas.line_height() + canvas.text_height(2.0), canvas.units(8))
            draw_big_stat(canvas, place, stat)
        sign = Rect(rest.x, rest.bottom - canvas.line_height(), rest.width, canvas.line_height())
        canvas.text_in(self._title, sign, theme.text_faint)
        queue = Rect(rest.x, rest.y, rest.width, max(0, rest.height - sign.height - canvas.units(6)))
        if not view.is_empty:
            draw_next_queue(canvas, queue, view.next_pieces)


def render_frames(
    filmed: PacedGame,
    film: VideoRenderer,
    frames_per_second: int,
    seconds: float,
    progress: Callable[[float], None],
) -> Iterator[Picture]:
    """The film's pictures; `progress` hears how much of it is done, 0..1."""
    total = max(1, round(seconds * frames_per_second))
    for frame, (view, share) in enumerate(filmed.views(frames_per_second, seconds)):
        progress(frame / total)
        yield film.draw(view, share)
    progress(1.0)
