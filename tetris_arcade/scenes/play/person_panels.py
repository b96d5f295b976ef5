"""The panels beside a board that a person plays: hold, next pieces, names of placements, keys."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect

from tetris_arcade.languages import N_, _, format_number, ngettext
from tetris_arcade.realtime.controls import Control, PlayerControl
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import SECOND
from tetris_arcade.scenes.play.person import Callout
from tetris_arcade.services.key_hints import KeyHints
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.theme import blend
from tetris_arcade.ui.widgets.footer import FooterItem, Hint, draw_key_label, key_label_width
from tetris_arcade.ui.widgets.next_queue import draw_next_queue

CONTROL_HINTS = (
    Hint(N_("move"), Control.MOVE_LEFT, Control.MOVE_RIGHT),
    Hint(N_("rotate"), Control.ROTATE_LEFT, Control.ROTATE_RIGHT),
    Hint(N_("hard drop"), Control.HARD_DROP),
    Hint(N_("soft drop"), Control.SOFT_DROP),
    Hint(N_("hold"), Control.HOLD),
    Hint(N_("turn around"), Control.ROTATE_HALF),
)
"""What the controls do, the most useful first."""


def player_hints(player: int) -> tuple[Hint, ...]:
    """What the controls of one of two people do, the most useful first."""
    return tuple(
        Hint(
            hint.description,
            *(PlayerControl(player, control) for control in hint.actions if isinstance(control, Control)),
        )
        for hint in CONTROL_HINTS
    )


_FADE_SHARE = 0.35
"""A callout fades in the last part of its time."""
_COUNTDOWN_SIZES = (6.0, 4.0, 3.0, 2.0, 1.5, 1.0)


def format_time(time_us: int) -> str:
    """Microseconds as 0:00.00, rounded down."""
    hundredths = time_us * 100 // SECOND
    return f"{hundredths // 6_000}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def draw_hold(canvas: Canvas, rect: Rect, game: RealtimeGame) -> None:
    """Draw the held piece; a frame of dim cells says that it cannot be exchanged now."""
    inside = canvas.panel(rect, _("Hold"))
    if game.held_piece is None:
        return
    draw_next_queue(canvas, inside, (game.held_piece,))
    if not game.can_hold:
        canvas.dim(inside, canvas.theme.panel, 150)


def draw_next(canvas: Canvas, rect: Rect, game: RealtimeGame, *, is_hidden: bool = False) -> None:
    """Draw the next five pieces."""
    draw_next_queue(canvas, canvas.panel(rect, _("Next")), () if is_hidden else game.next_pieces)


def draw_callout(canvas: Canvas, rect: Rect, callout: Callout | None) -> None:
    """Draw what the last placement is called, and its points."""
    if callout is None:
        return
    theme = canvas.theme
    fade = 1.0 if canvas.reduced_motion else min(1.0, callout.share / _FADE_SHARE)
    y = rect.y + canvas.units(4)
    for number, text in enumerate((*callout.names, *_callout_results(callout))):
        size = fit_size(canvas, text, rect.width, *((1.5, 1.0) if number == 0 else (1.0,)))
        for line in canvas.wrap(text, rect.width, size):
            if y + canvas.text_height(size) > rect.bottom:
                return
            color = theme.accent if number == 0 else theme.text
            canvas.text(line, (rect.centerx, y), blend(theme.background, color, fade), size, "center")
            y += canvas.line_height(size)


def _callout_results(callout: Callout) -> tuple[str, ...]:
    """What a placement has brought: points, or in an attack game rows for the other side."""
    sent = ngettext("SENDS {n} ROW", "SENDS {n} ROWS", callout.sent).format(n=callout.sent)
    cancelled = _("CANCELS {n}").format(n=callout.cancelled)
    return (
        *((f"+{format_number(callout.points)}",) if callout.points else ()),
        *((sent,) if callout.sent else ()),
        *((cancelled,) if callout.cancelled else ()),
    )


def draw_countdown(canvas: Canvas, well: Rect, text: str) -> None:
    """Draw a number, or a word, large over a board."""
    size = fit_size(canvas, text, well.width - canvas.units(4), *_COUNTDOWN_SIZES)
    band = Rect(well.x, well.y + well.height // 4, well.width, canvas.text_height(size) + canvas.units(16))
    canvas.dim(band, canvas.theme.background, 190)
    canvas.text_in(text, band, canvas.theme.accent, size)


def controls_height(canvas: Canvas, hints: Sequence[Hint]) -> int:
    """The height in pixels at which `draw_controls` draws all of them."""
    return canvas.line_height() + len(hints) * _control_step(canvas) + canvas.units(9)


def _control_step(canvas: Canvas) -> int:
    return canvas.text_height() + canvas.units(7)


def draw_controls(canvas: Canvas, rect: Rect, key_hints: KeyHints, hints: Sequence[Hint]) -> None:
    """Draw the keys or buttons of the game, as many as fit; a text that does not fit beside them is below."""
    if rect.height < 3 * canvas.line_height():
        return
    inside = canvas.panel(rect, _("Keys"))
    step = _control_step(canvas)
    y = inside.y + canvas.units(1)
    for item in key_hints.items(hints):
        is_long = _control_width(canvas, item) > inside.width
        height = step + (canvas.line_height() if is_long else 0)
        if y + height > inside.bottom + canvas.units(3):
            return
        _draw_control(canvas, Rect(inside.x, y, inside.width, height), item, is_long=is_long)
        y += height


def _control_width(canvas: Canvas, item: FooterItem) -> int:
    """The width in pixels of keys and text in one line."""
    keys = sum(key_label_width(canvas, key) + canvas.units(2) for key in item.keys)
    return canvas.units(3) + keys + canvas.text_width(item.description)


def _draw_control(canvas: Canvas, line: Rect, item: FooterItem, *, is_long: bool) -> None:
    x = line.x + canvas.units(3)
    for key in item.keys:
        draw_key_label(canvas, (x, line.y), key)
        x += key_label_width(canvas, key) + canvas.units(2)
    text = canvas.fit(item.description, line.width if is_long else max(0, line.right - x))
    y = line.y + (canvas.line_height() + canvas.units(2) if is_long else 0)
    canvas.text(text, (line.right, y), canvas.theme.text_dim, align="right")
