"""What plays while nobody does: a game by the house's best, the leaderboard, and how it all works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from pygame import Rect

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_ROTATIONS, placement_col
from tetris_arcade.scenes.base import Pop, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.model_info import get_evaluation
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.services.default_player import default_player
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import InputEvent
from tetris_arcade.ui.layout import centered, cols, cut_bottom, cut_left, cut_top, inset, is_portrait, rows
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.theme import blend
from tetris_arcade.ui.widgets.board import BoardModel, board_size, draw_board
from tetris_arcade.ui.widgets.identicon import draw_identicon
from tetris_arcade.ui.widgets.logo import draw_logo
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat, number, short_number
from tetris_arcade.worker.shared.messages import NewGame, PlayTask, SetPlayers, WorkerState

_PAGE_SECONDS = {"title": 7.0, "game": 24.0, "leaders": 10.0, "learning": 24.0, "lesson": 14.0}
_BREATH_SECONDS = 1.6
_MAX_MODELS = 10
_LEADERS_UNITS = 460
_EMBLEM_UNITS = 64
_QUEUE_UNITS = 36
_PICTURE_PERCENTS = (56, 46, 38)
"""Of a wide place's width."""
_MOTTO = "an arcade that teaches itself"
_HEAT_WORDS = ("bright over the board: rated best", "bright: rated best")
_SPEED = 3.0
_STEPS = (
    ("1  LOOK", "For the piece at hand it tries every column and every turn: up to 34 places."),
    ("2  RATE", "A small network rates the board that each place would leave. Bright is good."),
    ("3  LEARN", "It plays the best, sees what comes of it, and corrects its ratings. Thousands of times."),
)
_WELL = 2
_STACK = (
    "..........",
    "..........",
    "..........",
    "..........",
    "J........L",
    "JJ.ZSS.LLL",
    "OO.SSTZZIL",
    "OO.TTTSZZI",
)


@dataclass(frozen=True)
class _Leader:
    """A line of the leaderboard; `lines` None where nobody has measured it."""

    rank: int
    name: str
    shown_name: str
    lines: float | None
    about: str


class AttractScene(Scene):
    """Turns its pages until somebody touches anything.

    playlist: who plays, one after the other; those that are not there are left out, and where nobody is left
    the house's best plays. game_seconds: how long each is watched.
    """

    title = "Attract"
    has_music = True
    has_footer = False

    def __init__(
        self,
        context: Context,
        playlist: Sequence[str] = (),
        game_seconds: float = _PAGE_SECONDS["game"],
    ) -> None:
        super().__init__(context)
        models = context.models.read_all()
        known = {model.name for model in models if model.error is None}
        self._playlist = [name for name in playlist if name in known] or [default_player(context.paths)]
        self._seconds = {**_PAGE_SECONDS, "game": game_seconds}
        self._models = _ranked(models)
        self._playback = BoardPlayer()
        self._name = ""
        self._since: float | None = None
        self._now = 0.0
        self._turn = 0
        self._page = "title"
        # A training needs the processor more than the title does; a kiosk shows both.
        self.captures_all_keys = context.is_kiosk  # any key at all begins the visitor's turn
        self._plays = context.is_kiosk or not context.trainer.is_busy

    def close(self) -> None:
        self.context.player.stop()

    def handle(self, event: InputEvent) -> Transition | None:
        is_touch = event.clicked or event.position is None
        return Pop() if is_touch or event.action is not None else None

    def update(self, now: float, dt: float) -> Transition | None:
        self._now = now
        self._turn_pages(now)
        source = self.context.trainer if self._page == "learning" else self.context.player
        if source.is_busy and source.frame["num_boards"]:
            self._playback.show(source.frame["boards"][0], dt, is_paused=source.is_paused)
        return None

    def _turn_pages(self, now: float) -> None:
        if self._since is None:
            self._since = now
            self._call_player(now)
        if now - self._since < self._seconds[self._page]:
            return
        pages = self._pages()
        self._turn += 1
        self._page, self._since = pages[self._turn % len(pages)], now
        if self._page == "title":
            self._call_player(now)

    def _pages(self) -> list[str]:
        """What is shown, in this order; a game follows the title, so that it has begun when it is seen."""
        learning = ["learning"] if self.context.trainer.is_busy else []
        return ["title", *(["game"] if self._plays else []), "leaders", *learning, "lesson"]

    def _call_player(self, now: float) -> None:
        """Have the next of the playlist begin a game."""
        player = self.context.player
        if not self._plays:
            return
        index = self._playlist.index(self._name) + 1 if self._name in self._playlist else 0
        self._name = self._playlist[index % len(self._playlist)]
        task = PlayTask((self._name,), EnvConfig(max_pieces=2_500), seed=int(now) % 100_000, speed=_SPEED)
        if player.state is WorkerState.RUNNING and player.send(SetPlayers(task.players)):
            player.send(NewGame(task.env, task.seed))
        else:
            player.start(task)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        call, area = cut_bottom(
            inset(canvas.rect, canvas.units(8)), canvas.text_height(2.0) + canvas.units(20)
        )
        pages: dict[str, Callable[[Canvas, Rect], None]] = {
            "title": self._draw_title,
            "game": self._draw_game,
            "leaders": self._draw_leaders,
            "learning": self._draw_game,
            "lesson": self._draw_lesson,
        }
        pages[self._page](canvas, area)
        breath = 0.0 if canvas.reduced_motion else abs(self._now % _BREATH_SECONDS / _BREATH_SECONDS * 2 - 1)
        color = blend(canvas.theme.accent, canvas.theme.accent_dim, breath)
        canvas.avoid_toasts(canvas.text_in("PRESS ANY KEY", call, color, 2.0))

    def _draw_title(self, canvas: Canvas, area: Rect) -> None:
        room = inset(area, canvas.units(16))
        # An upright screen leaves the words far from a logo in its middle: they stay with it.
        room = centered(room, room.width, min(room.height, room.width * 4 // 5))
        words, logo = cut_bottom(room, canvas.line_height(1.5), canvas.units(16))
        draw_logo(canvas, logo, self.context.settings.display.title)
        size = 1.5 if canvas.text_width(_MOTTO, 1.5) <= words.width else 1.0
        canvas.text_in(_MOTTO, words, canvas.theme.text_dim, size)

    def _draw_game(self, canvas: Canvas, area: Rect) -> None:
        units, view = canvas.units, self._playback.view
        if is_portrait(area):
            side, board = cut_top(area, area.height * 34 // 100, units(6))
            figures, logo = cut_bottom(side, min(_figures_height(canvas), side.height * 6 // 10), units(6))
        else:
            width = board_size(canvas, area, view.height)[0]
            board = Rect(area.right - width - area.width // 16, area.y, width, area.height)
            side = Rect(area.x, area.y, board.x - area.x - units(12), area.height)
            logo, figures = cut_top(inset(side, units(8)), side.height * 46 // 100, units(16))
        draw_logo(canvas, logo, self.context.settings.display.title)
        draw_board(canvas, board, view, self._playback.progress, show_values=True)
        name = "learning now" if self._page == "learning" else self._name
        inside = canvas.panel(figures, name)
        canvas.avoid_toasts(Rect(figures.x, figures.y, figures.width, inside.y - figures.y))
        self._draw_figures(canvas, inset(inside, units(2)))

    def _draw_figures(self, canvas: Canvas, inside: Rect) -> None:
        """The game in three figures, the pieces that come, and what the strip over the board means."""
        view = self._playback.view
        top, rest = cut_top(inside, canvas.line_height() + canvas.line_height(2.0), canvas.units(2))
        stats = (
            Stat("lines", number(view.lines), canvas.theme.accent),
            Stat("pieces", number(view.pieces)),
            Stat("score", number(view.score)),
        )
        for place, stat in zip(cols(top, [1.0, 1.0, 1.2], canvas.units(4)), stats, strict=True):
            draw_big_stat(canvas, place, stat)
        if view.is_empty:
            return
        caption, queue = cut_bottom(rest, canvas.line_height())
        if queue.height < canvas.units(_QUEUE_UNITS) // 2:
            draw_next_queue(canvas, rest, view.next_pieces)
            return
        draw_next_queue(canvas, queue, view.next_pieces)
        words = next((words for words in _HEAT_WORDS if canvas.text_width(words) <= caption.width), "")
        canvas.text_in(words, caption, canvas.theme.text_dim, align="left")

    def _draw_leaders(self, canvas: Canvas, area: Rect) -> None:
        units, theme = canvas.units, canvas.theme
        head, rest = cut_top(area, canvas.text_height(3.0) + units(16))
        _draw_head(canvas, head, "BEST PLAYERS")
        width = min(rest.width, units(_LEADERS_UNITS))
        table = Rect(rest.centerx - width // 2, rest.y, width, rest.height)
        caption, table = cut_top(table, canvas.line_height(), units(2))
        canvas.text_in("lines a game ", caption, theme.text_dim, align="right")
        least = canvas.line_height(1.5) + units(8)
        shown = self._models[: max(1, table.height // least)]
        # An upright screen has the room for large lines.
        tall = min(max(least, table.height // max(1, len(shown))), (3 if is_portrait(area) else 2) * least)
        most = max((_lines_of(model) or 0.0 for model in shown), default=0.0)
        widest = max((canvas.text_width(model.display_name, 1.5) for model in shown), default=0)
        side = min(tall - units(6), units(_EMBLEM_UNITS))
        if widest + side + canvas.text_width("00 00,000.0", 1.5) + units(36) > width:
            side = 0
        room = width - side - canvas.text_width("00 00,000.0", 1.5) - units(36)
        leaders = _leaders(canvas, shown, room)
        for leader in leaders:
            row, table = cut_top(table, tall)
            self._draw_leader(canvas, row.inflate(0, units(-2)), leader, most, side)

    def _draw_leader(self, canvas: Canvas, row: Rect, leader: _Leader, most: float, side: int) -> None:
        """A model's line, with a bar behind it that is as long as its lines are many; `side` is the
        emblem's, in pixels, 0 for none."""
        theme, units, lines = canvas.theme, canvas.units, leader.lines
        canvas.draw_rounded(row, theme.panel)
        if lines is not None and most > 0:
            bar = Rect(row.x, row.y, max(units(3), round(row.width * lines / most)), row.height)
            canvas.draw_rounded(bar, theme.focus)
            piece = theme.pieces[leader.rank % len(theme.pieces)]
            canvas.fill(Rect(bar.x, bar.y + units(1), units(3), bar.height - units(2)), piece)
        place, row = cut_left(row.inflate(units(-20), 0), canvas.text_width("00 ", 1.5))
        color = theme.accent if leader.rank == 0 else theme.text
        canvas.text_in(f"{leader.rank + 1}", place, theme.text_dim, 1.5, "left")
        if side:
            emblem, row = cut_left(row, side, units(8))
            draw_identicon(canvas, emblem, leader.name, color if leader.rank == 0 else theme.panel_edge)
        word = canvas.text_in("--" if lines is None else f"{lines:,.1f}", row, color, 1.5, "right")
        row.width = max(0, word.x - row.x - units(8))
        both = canvas.line_height(1.5) + canvas.line_height()
        if leader.about and row.height >= both + units(4):
            row, below = cut_top(centered(row, row.width, both), canvas.line_height(1.5))
            canvas.text_in(leader.about, below, theme.text_dim, align="left")
        canvas.text_in(leader.shown_name, row, color, 1.5, "left")

    def _draw_lesson(self, canvas: Canvas, area: Rect) -> None:
        head, rest = cut_top(area, canvas.text_height(3.0) + canvas.units(20))
        _draw_head(canvas, head, "HOW IT WORKS")
        places = (rows if is_portrait(rest) else cols)(rest, [1.0, 1.0, 1.0], canvas.units(6))
        for step, place in enumerate(places):
            self._draw_step(canvas, place, step)

    def _draw_step(self, canvas: Canvas, place: Rect, step: int) -> None:
        title, words = _STEPS[step]
        inside = inset(canvas.panel(place, title), canvas.units(3))
        text, picture = _step_places(canvas, inside, words)
        canvas.paragraph(words, text, canvas.theme.text)
        view = _lesson()
        if step == 0:
            draw_board(canvas, picture, view, 0.30)
        elif step == 1:
            draw_board(canvas, picture, view, 0.05, show_values=True)
        else:
            share = 0.5 if canvas.reduced_motion else self._now % 3.0 / 3.0
            draw_board(canvas, picture, view, share)


def _figures_height(canvas: Canvas) -> int:
    """Pixels of the panel with a game's figures: its name, the figures, the queue and a caption."""
    lines = 3 * canvas.line_height() + canvas.line_height(2.0)
    return lines + canvas.units(_QUEUE_UNITS + 18)


def _leaders(canvas: Canvas, models: Sequence[ModelEntry], width: int) -> list[_Leader]:
    """The models' lines, with as much of what was played as there is room for beside each of them."""
    for write in (_played_and_learnt, _played, _played_in_short):
        abouts = [write(model) for model in models]
        if all(canvas.text_width(about) <= width for about in abouts):
            break
    else:
        abouts = [""] * len(models)
    return [
        _Leader(rank, model.name, model.display_name, _lines_of(model), about)
        for rank, (model, about) in enumerate(zip(models, abouts, strict=True))
    ]


def _played_and_learnt(model: ModelEntry) -> str:
    learnt = "" if model.metadata is None else f"{short_number(model.metadata.timesteps)} steps"
    return ", ".join(filter(None, (_played(model), learnt)))


def _played(model: ModelEntry) -> str:
    """On what its lines were counted: figures compare only where this is the same."""
    evaluation = get_evaluation(model)
    return "" if evaluation is None else f"{evaluation.pieces} pieces, height {evaluation.height}"


def _played_in_short(model: ModelEntry) -> str:
    evaluation = get_evaluation(model)
    return "" if evaluation is None else f"{evaluation.pieces} {evaluation.height}"


def _step_places(canvas: Canvas, inside: Rect, words: str) -> tuple[Rect, Rect]:
    """(text, picture) of a step: beside each other where the place is wide, as large as the words allow."""
    for percent in _PICTURE_PERCENTS if inside.width > inside.height * 3 // 2 else ():
        picture, text = cut_left(inside, inside.width * percent // 100, canvas.units(6))
        tall = len(canvas.wrap(words, text.width)) * canvas.line_height()
        if tall <= text.height:
            return centered(text, text.width, tall), picture
    lines = len(canvas.wrap(words, inside.width)) + 1
    return cut_bottom(inside, lines * canvas.line_height(), canvas.units(4))


def _draw_head(canvas: Canvas, rect: Rect, words: str) -> None:
    canvas.avoid_toasts(rect)
    canvas.text_in(words, rect, canvas.theme.accent, fit_size(canvas, words, rect.width, 3.0, 2.0, 1.5))


@cache
def _lesson() -> BoardModel:
    """A position with one fine place for its piece, and made-up values that know it."""
    signs = ".IOTSZJL"
    cells = np.array([[signs.index(sign) for sign in row] for row in _STACK], np.uint8)
    places = {action: placement_col(0, action) for action in range(NUM_ACTIONS)}
    upright = next(action for action, col in places.items() if action % NUM_ROTATIONS == 1 and col == _WELL)
    values = np.full(NUM_ACTIONS, np.nan, np.float32)
    for action, col in places.items():
        if action % NUM_ROTATIONS < 2:
            values[action] = -abs(col - _WELL) - 3.0 * (action % NUM_ROTATIONS)
    values[upright] = 9.0
    return BoardModel(
        cells, piece=0, action=upright, rotation=1, row=4, col=_WELL, cleared=(6, 7), values=values
    )


def _ranked(models: Sequence[ModelEntry]) -> list[ModelEntry]:
    """Models that can play, the best evaluated first."""
    usable = [model for model in models if model.error is None and model.kind != "checkpoint"]
    return sorted(usable, key=lambda model: -(_lines_of(model) or -1.0))[:_MAX_MODELS]


def _lines_of(model: ModelEntry) -> float | None:
    evaluation = get_evaluation(model)
    return None if evaluation is None else evaluation.mean_lines
