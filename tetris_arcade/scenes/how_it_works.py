"""The page of the attract mode that tells one real move after the other: guess, outcome, correction."""

from __future__ import annotations

from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.engine.insight import Outcome
from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.scenes.judged_moves import JudgedMove, JudgedMoves
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_bottom, cut_left, cut_right, cut_top, is_portrait
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.theme import Color
from tetris_arcade.ui.widgets.board import board_size
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.graph import Graph, GraphPanel
from tetris_arcade.ui.widgets.guess_scale import correction_color, draw_guess_scale
from tetris_arcade.ui.widgets.insight_texts import format_value

GUESS, OUTCOME, CORRECTION = range(3)
_TITLES = (N_("1  Guess"), N_("2  Outcome"), N_("3  Correction"))
_TEXTS = (
    N_("It guesses how many points each place will bring."),
    N_("It plays the best one, and sees what really comes of it."),
    N_("It compares the two. That is all that learning is."),
)
_TOO_LOW = N_("Too low by {points}! Learning raises this guess a little.")
_TOO_HIGH = N_("Too high by {points}! Learning lowers this guess a little.")
_RIGHT = N_("Right! This guess can stay as it is.")
_AGAIN = N_("Again and again: {moves} moves practised so far. This is what has come of it:")
_SMALL_ERROR = 0.005
"""Shown as 0.00."""
_STEP_SECONDS = (2.6, 2.6, 3.0)
_FALL_SECONDS, _ARROW_SECONDS = 1.3, 0.8
_NUMBER_SIZES, _TEXT_SIZES = (3.0, 2.0, 1.5, 1.0), (1.5, 1.0)
_LONGEST_NUMBER = "-000.0"
_WEIGHTS = (1.0, 1.0, 2.0)
"""Of the steps, in sharing the height that their texts do not need."""
_SCALE_UNITS, _MIN_GRAPH_UNITS = 24, 42
_BOARD_SHARE = 0.42
"""Of the height in portrait."""


@dataclass(frozen=True, eq=False)
class Student:
    """Who learns. timesteps: the moves that it has practised. graph: of its learning, None if not known."""

    timesteps: int
    graph: Graph | None = None


def correction_text(outcome: Outcome) -> str:
    """What a correction means."""
    points = format_value(abs(outcome.correction))
    if abs(outcome.correction) < _SMALL_ERROR:
        return _(_RIGHT)
    return _(_TOO_LOW if outcome.correction > 0 else _TOO_HIGH).format(points=points)


def judged_numbers(canvas: Canvas, outcome: Outcome) -> tuple[tuple[str, Color], ...]:
    """(number, color) of the guess, the outcome and the correction."""
    theme = canvas.theme
    return (
        (format_value(outcome.expected), theme.greedy),
        (format_value(outcome.got), theme.accent),
        (format_value(outcome.correction, signed=True), correction_color(theme, outcome.correction)),
    )


def _texts(step: int) -> tuple[str, ...]:
    """What a step may say."""
    return tuple(map(_, (_TEXTS[step], *((_TOO_LOW, _TOO_HIGH, _RIGHT) if step == CORRECTION else ()))))


def _number_width(canvas: Canvas, width: int) -> int:
    return min(canvas.text_width(_LONGEST_NUMBER, 3.0), width * 3 // 10)


def _min_heights(canvas: Canvas, width: int) -> list[int]:
    """The pixels that each step needs for its text, on a panel of some width."""
    inside = width - canvas.units(10)
    available = inside - _number_width(canvas, inside) - canvas.units(6)
    lines = [max(len(canvas.wrap(text, available)) for text in _texts(step)) for step in range(len(_TEXTS))]
    return [(count + 1) * canvas.line_height() + canvas.units(10) for count in lines]


def _card_places(canvas: Canvas, rect: Rect, gap: int) -> list[Rect]:
    """The rectangles of the steps below each other: what each needs, and a share of what is left."""
    least = _min_heights(canvas, rect.width)
    spare = max(0, rect.height - sum(least) - gap * (len(least) - 1))
    places = []
    for height, weight in zip(least, _WEIGHTS, strict=True):
        place, rect = cut_top(rect, height + round(spare * weight / sum(_WEIGHTS)), gap)
        places.append(place)
    return places


@dataclass(frozen=True)
class _Card:
    """Where the parts of a step are drawn. texts: what it may say."""

    rect: Rect
    text: Rect
    number: Rect
    scale: Rect
    texts: tuple[str, ...]

    @classmethod
    def on(cls, canvas: Canvas, rect: Rect, step: int) -> _Card:
        """Draw the panel of a step, and place its parts."""
        inside = canvas.panel(rect, _(_TITLES[step]))
        scale = Rect(inside.x, inside.bottom, inside.width, 0)
        spare = rect.height - _min_heights(canvas, rect.width)[step]
        if step == CORRECTION and spare >= canvas.units(_SCALE_UNITS) * 2 // 3:
            height = min(canvas.units(_SCALE_UNITS), spare)
            scale, inside = cut_bottom(inside, height, canvas.units(2))
        number, text = cut_right(inside, _number_width(canvas, inside.width), canvas.units(6))
        return cls(rect, text, number, scale, _texts(step))

    def fits(self, canvas: Canvas, size: float) -> bool:
        """Whether all texts have room in some size."""
        lines = max(len(canvas.wrap(text, self.text.width, size)) for text in self.texts)
        return canvas.lines_height(lines, size) <= self.text.height


class HowItWorks:
    """Tells a move in three steps, then another one; until the first is known, it shows the game itself."""

    def __init__(self) -> None:
        self._moves = JudgedMoves()
        self._told: JudgedMove | None = None
        self._seconds = 0.0
        self._board = BoardPlayer()
        self._graphs = GraphPanel()

    def update(self, view: BoardModel, progress: float, dt: float) -> None:
        """Follow a model's board, of whose moves some are told."""
        self._moves.follow(view)
        self._seconds += dt
        if self._told is None or self._seconds >= sum(_STEP_SECONDS):
            self._told, self._seconds = self._moves.latest, 0.0
        if self._told is None:
            self._board.show_moment(view, progress, dt)
            return
        step, seconds = self._step()
        fall = min(1.0, seconds / _FALL_SECONDS) if step == OUTCOME else float(step > OUTCOME)
        self._board.show_moment(self._told.view, fall, dt)

    def _step(self) -> tuple[int, float]:
        """(the step that is told now, for how many seconds)."""
        left = self._seconds
        for step, seconds in enumerate(_STEP_SECONDS):
            if left < seconds:
                return step, left
            left -= seconds
        return CORRECTION, _STEP_SECONDS[-1]

    # --- Drawing ---

    def draw(self, canvas: Canvas, area: Rect, student: Student | None) -> None:
        """Draw the board, the steps, and how the student became better by all its corrections."""
        gap, min_graph = canvas.units(6), canvas.units(_MIN_GRAPH_UNITS)
        if is_portrait(area):
            least = sum(_min_heights(canvas, area.width)) + _again_height(canvas, area.width, student)
            height = min(round(area.height * _BOARD_SHARE), area.height - least - min_graph - 4 * gap)
            board, rest = cut_top(area, height, gap)
        else:
            width = board_size(canvas, area, self._board.view.height)[0]
            board, rest = cut_left(area, width + gap, gap)
        again = _again_height(canvas, rest.width, student)
        spare = rest.height - sum(_min_heights(canvas, rest.width)) - again - 3 * gap
        graph_height = min(max(min_graph, rest.height // 5), spare)
        if student is not None and spare >= 0:
            foot = again + (graph_height if graph_height >= min_graph else 0)
            place, rest = cut_bottom(rest, foot, gap)
            self._draw_learning(canvas, place, student)
        step = -1 if self._told is None else self._step()[0]
        self._board.draw(canvas, board, show_values=step in (-1, GUESS), other=-1 if step == GUESS else None)
        cards = [
            _Card.on(canvas, card, number) for number, card in enumerate(_card_places(canvas, rest, gap))
        ]
        size = next((size for size in _TEXT_SIZES if all(card.fits(canvas, size) for card in cards)), 1.0)
        for number, card in enumerate(cards):
            self._draw_card(canvas, card, number, step, size)

    def _draw_card(self, canvas: Canvas, card: _Card, number: int, step: int, size: float) -> None:
        """Draw one of the steps with its text in some size; the one that is told is bright."""
        theme, told, is_now = canvas.theme, self._told, number == step
        if is_now:
            canvas.draw_border(card.rect, theme.accent, canvas.units(1))
        text = _(_TEXTS[number])
        if told is not None:
            if number <= step:
                self._draw_number(canvas, card.number, told.outcome, number)
            if card.scale.height:
                share = 1.0 if canvas.reduced_motion else min(1.0, self._step()[1] / _ARROW_SECONDS)
                draw_guess_scale(canvas, card.scale, told.outcome, step, share)
            if number == CORRECTION and is_now:
                text = correction_text(told.outcome)
        ink = theme.text if is_now or step < 0 else theme.text_dim
        canvas.paragraph(text, card.text, ink, size)

    def _draw_number(self, canvas: Canvas, place: Rect, outcome: Outcome, number: int) -> None:
        text, color = judged_numbers(canvas, outcome)[number]
        canvas.text_in(text, place, color, fit_size(canvas, text, place.width, *_NUMBER_SIZES), "right")

    def _draw_learning(self, canvas: Canvas, rect: Rect, student: Student) -> None:
        """Draw what all corrections together have brought."""
        head, rest = cut_top(rect, _again_height(canvas, rect.width, student))
        canvas.paragraph(_again_text(student), head, canvas.theme.text)
        if student.graph is not None and rest.height > 0:
            self._graphs.draw(canvas, rest, [student.graph])


def _again_text(student: Student) -> str:
    return _(_AGAIN).format(moves=format_number(student.timesteps))


def _again_height(canvas: Canvas, width: int, student: Student | None) -> int:
    """The pixels of the sentence above the graph."""
    return 0 if student is None else len(canvas.wrap(_again_text(student), width)) * canvas.line_height()
