"""The line on the screen in which the narrator says what the training does."""

from __future__ import annotations

from collections.abc import Hashable

from pygame import Rect

from tetris_arcade.config.settings import Wording
from tetris_arcade.languages import _, get_language
from tetris_arcade.narrator.facts import read_facts
from tetris_arcade.narrator.narrator import Narrator, Sentence
from tetris_arcade.narrator.rules import RULES
from tetris_arcade.scenes.context import TrainingClient
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.effects.drawing import shown_effects
from tetris_arcade.ui.layout import centered, cut_left
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.widgets.pixel_face import draw_face

_UPDATE_SECONDS = 0.25
_PADDING_UNITS, _FACE_UNITS = 4, 22
_MAX_TEXT_SIZE = 1.25


class Narration:
    """The narrator of the training that a client shows."""

    def __init__(self) -> None:
        self._narrator = Narrator()
        self._next_update_at = 0.0
        self._now = 0.0
        self._num_lines: dict[Hashable, int] = {}

    @property
    def sentence(self) -> Sentence | None:
        return self._narrator.sentence

    def update(self, client: TrainingClient, now: float) -> None:
        """Follow the training; `now` is a monotonic clock in seconds."""
        self._now = now
        if now >= self._next_update_at:
            self._next_update_at = now + _UPDATE_SECONDS
            self._narrator.update(read_facts(client.frame, client.series, client.state), now)

    def height(self, canvas: Canvas, width: int, wording: Wording) -> int:
        """The pixels that the strip needs, whatever is said."""
        count = self._max_lines(canvas, width, wording)
        return canvas.lines_height(count, _base_size(canvas)) + 2 * canvas.units(_PADDING_UNITS)

    def draw(
        self, canvas: Canvas, strip: Rect, wording: Wording, effects: BoardEffects | None = None
    ) -> None:
        """Draw the sentence, and the face that says it, in the middle of a strip.

        effects: of the board beside it, to which the face reacts.
        """
        canvas.explain(strip, _("What the training does now, in one sentence"))
        canvas.draw_rounded(strip, canvas.theme.panel)
        if self.sentence is None:
            return
        padding, face_width = canvas.units(_PADDING_UNITS), canvas.units(_FACE_UNITS)
        available = _text_width(canvas, strip.width)
        words = self.sentence.text(wording)
        base = _base_size(canvas)
        has_one_line = strip.height < canvas.lines_height(2, base)
        size = fit_size(canvas, words, available, 1.5 * base, base) if has_one_line else base
        lines = canvas.wrap(words, available, size)
        width = max(canvas.text_width(line, size) for line in lines)
        both = centered(strip, face_width + padding + width, strip.height)
        face, text = cut_left(both, face_width, padding)
        color = canvas.theme.accent if self.sentence.is_news else canvas.theme.text
        shown = shown_effects(canvas, effects)
        reaction = None if shown is None else shown.reaction
        draw_face(canvas, face, reaction or self.sentence.rule.mood, color, self._now)
        canvas.lines_in(lines, text, color, size)

    def _max_lines(self, canvas: Canvas, width: int, wording: Wording) -> int:
        """The lines that the longest sentence takes."""
        available = _text_width(canvas, width)
        key = available, canvas.unit_px, canvas.text_scale, wording, get_language().code
        if key not in self._num_lines:
            size = _base_size(canvas)
            texts = [_(getattr(rule, wording)) for rule in RULES]
            self._num_lines = {key: max(len(canvas.wrap(text, available, size)) for text in texts)}
        return self._num_lines[key]


def _base_size(canvas: Canvas) -> float:
    """The size of text, which grows less than other text: the board and the graphs need their room."""
    return min(canvas.text_scale, _MAX_TEXT_SIZE) / canvas.text_scale


def _text_width(canvas: Canvas, width: int) -> int:
    """The pixels for text in a strip, beside the face."""
    return width - canvas.units(_FACE_UNITS) - 3 * canvas.units(_PADDING_UNITS)
