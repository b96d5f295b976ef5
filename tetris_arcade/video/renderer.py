"""Renders the frames of a video: a game of a model at a fixed pace, as the demo shows it, or a person's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pygame
from pygame import Rect, Surface

from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.training.players import Player
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.layout import cols, cut_top, inset
from tetris_arcade.ui.theme import Theme
from tetris_arcade.ui.widgets.board import board_size, draw_board
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.piece_animation import MoveAnimation
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat
from tetris_arcade.video.encoder import Picture

GAME_OVER_SECONDS = 1.5
"""How long the end of a game is shown."""
_HEIGHT_UNITS = 360
_HOLD_UNITS = 22


DrawBoard = Callable[[Canvas, Rect], object]
"""Draws a board in a rectangle."""


@dataclass(frozen=True)
class OpponentFrame:
    """What a frame shows of the other side of a game."""

    draw_board: DrawBoard
    lines: int
    pieces: int


@dataclass(frozen=True)
class VideoFrame:
    """What a frame shows. next_pieces: 0..6, held_piece too.

    time: of the game, empty if it has none. opponent: the other side, None for a game of one.
    """

    draw_board: DrawBoard
    lines: int
    pieces: int
    score: int
    next_pieces: tuple[int, ...]
    held_piece: int | None = None
    time: str = ""
    opponent: OpponentFrame | None = None


class VideoGame(Protocol):
    """A game that becomes a video. num_boards: how many of them are side by side."""

    num_boards: int

    @property
    def moves(self) -> int:
        """The pieces that were placed in the frames so far."""

    def skip(self, pieces: int) -> None:
        """Play up to `pieces` pieces before the video starts; a game that ends earlier stays at its end."""

    def frames(self, frames_per_second: int, seconds: float) -> Iterator[VideoFrame]:
        """Yield the frames, up to `seconds` or the end of the game."""


class PacedGame:
    """Plays one game at `speed` pieces per second of video time."""

    num_boards = 1

    def __init__(self, game: Game, player: Player, speed: float, lookahead: bool = False) -> None:
        self._game, self._player, self._lookahead = game, player, lookahead
        self._move_seconds = 1.0 / speed
        self._view = BoardModel.from_game(game)
        self._values = np.full(NUM_ACTIONS, np.nan, np.float32)

    @property
    def moves(self) -> int:
        return self._view.move

    def skip(self, pieces: int) -> None:
        """Play up to `pieces` pieces before the video starts; a game that ends earlier stays at its end."""
        while self._game.pieces < pieces and not self._game.is_over:
            self._game.step(self._player.choose(self._game, self._lookahead, self._values))

    def views(self, frames_per_second: int, seconds: float) -> Iterator[tuple[BoardModel, float]]:
        """Yield (board, progress of its move 0..1) for each frame, up to `seconds` or the end of the game."""
        animation, dt = MoveAnimation(), 1.0 / frames_per_second
        next_move_at, ended_at = 0.0, seconds
        for frame in range(round(seconds * frames_per_second)):
            now = frame * dt
            while now >= next_move_at and not self._view.over:
                self._move()
                next_move_at += self._move_seconds
                if self._view.over:
                    ended_at = now + GAME_OVER_SECONDS
            if now > ended_at:
                return
            yield self._view, animation.advance(self._view, dt, is_paused=False)

    def frames(self, frames_per_second: int, seconds: float) -> Iterator[VideoFrame]:
        """The frames of `views`."""
        for view, progress in self.views(frames_per_second, seconds):
            yield _frame(view, progress)

    def _move(self) -> None:
        """Put the next move, or the end of the game, on the board."""
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


def _frame(view: BoardModel, progress: float) -> VideoFrame:
    return VideoFrame(
        lambda canvas, rect: draw_board(canvas, rect, view, progress),
        view.lines,
        view.pieces,
        view.score,
        () if view.is_empty else view.next_pieces,
    )


class VideoRenderer:
    """Draws the frames of a video: the boards and, beside them, the player, statistics and the next queue."""

    def __init__(
        self, name: str, title: str, theme: Theme, height_px: int, rows: int, num_boards: int = 1
    ) -> None:
        self._name, self._title, self._theme, self._cache = name, title, theme, SurfaceCache()
        height_px -= height_px % 2
        # As wide as a board of this height can be.
        canvas = Canvas(Surface((height_px * 4, height_px)), theme, self._cache)
        margin = self._margin(height_px)
        width = board_size(canvas, inset(canvas.rect, margin), rows)[0]
        self._side_width = height_px * 36 // 100
        width_px = num_boards * (width + margin) + self._side_width + 2 * margin
        self._surface = Surface((width_px + width_px % 2, height_px))

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels, both even."""
        return self._surface.get_size()

    @staticmethod
    def _margin(height_px: int) -> int:
        return max(4, height_px // 60)

    def draw(self, frame: VideoFrame) -> Picture:
        """Draw one frame."""
        height_px = self._surface.get_height()
        canvas = Canvas(self._surface, self._theme, self._cache, unit_px=max(1, height_px // _HEIGHT_UNITS))
        margin = self._margin(height_px)
        canvas.fill(canvas.rect, self._theme.background)
        area = inset(canvas.rect, margin)
        side = Rect(area.right - self._side_width, area.y, self._side_width, area.height)
        boards = Rect(area.x, area.y, area.width - self._side_width - margin, area.height)
        draws = [frame.draw_board, *([] if frame.opponent is None else [frame.opponent.draw_board])]
        for draw, board in zip(draws, cols(boards, [1.0] * len(draws), margin), strict=True):
            draw(canvas, board)
        self._draw_side(canvas, side, frame)
        return np.ascontiguousarray(pygame.surfarray.array3d(self._surface).swapaxes(0, 1))

    def _draw_side(self, canvas: Canvas, side: Rect, frame: VideoFrame) -> None:
        theme = canvas.theme
        inside = canvas.panel(side, self._name)
        if frame.opponent is None:
            stats = [
                Stat("lines", f"{frame.lines:,}", theme.accent),
                Stat("pieces", f"{frame.pieces:,}"),
                Stat("score", f"{frame.score:,}"),
            ]
        else:
            stats = [
                Stat("lines", f"{frame.lines:,} : {frame.opponent.lines:,}", theme.accent),
                Stat("pieces", f"{frame.pieces:,} : {frame.opponent.pieces:,}"),
            ]
        if frame.time:
            stats.append(Stat("time", frame.time))
        rest = cut_top(inside, canvas.units(4))[1]
        for stat in stats:
            place, rest = cut_top(rest, canvas.line_height() + canvas.text_height(2.0), canvas.units(8))
            draw_big_stat(canvas, place, stat)
        title = Rect(rest.x, rest.bottom - canvas.line_height(), rest.width, canvas.line_height())
        canvas.text_in(self._title, title, theme.text_faint)
        queue = Rect(rest.x, rest.y, rest.width, max(0, rest.height - title.height - canvas.units(6)))
        if frame.held_piece is not None:
            hold, queue = cut_top(queue, canvas.line_height() + canvas.units(_HOLD_UNITS), canvas.units(4))
            heading, hold = cut_top(hold, canvas.line_height())
            canvas.text_in("hold", heading, theme.text_dim, align="left")
            draw_next_queue(canvas, hold, (frame.held_piece,))
        if frame.next_pieces:
            draw_next_queue(canvas, queue, frame.next_pieces)


def render_frames(
    game: VideoGame,
    renderer: VideoRenderer,
    frames_per_second: int,
    seconds: float,
    on_progress: Callable[[float], None],
) -> Iterator[Picture]:
    """Yield the pictures of a video; `on_progress` is called with the finished share, 0..1."""
    total = max(1, round(seconds * frames_per_second))
    for number, frame in enumerate(game.frames(frames_per_second, seconds)):
        on_progress(number / total)
        yield renderer.draw(frame)
    on_progress(1.0)
