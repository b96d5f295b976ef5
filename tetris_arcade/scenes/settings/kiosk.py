"""The kiosk's part of the settings, and the choice of who plays in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tetris_arcade.config.settings import KioskSettings
from tetris_arcade.scenes.base import Pop, Push, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cut_bottom
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.menu import Entry, Menu, heading

ABOUT = {
    "idle": "After so long without a touch a visitor has left, and the attract mode begins; "
    "the title alone does the same.",
    "rotate": "How long each player of the kiosk's playlist is watched.",
    "playlist": "Who plays in the kiosk, one after the other.",
    "kiosk_train": "Whether an agent learns all the time in the kiosk, and is shown.",
    "dim_from": "From this hour on the kiosk's screen is dark.",
    "dim_until": "At this hour it is bright again.",
    "pin": "In the kiosk hold Ctrl+Shift+O or a pad's Back+Start+both shoulders for two seconds, "
    "a cabinet's 1+5 or the upper left corner for five; then type it, or turn the wheel.",
}
_DIGITS = "0123456789"
_PANEL_UNITS, _ENTRY_UNITS = 360, 80
_NO_PLACE = "off"
_ORDER = "They play in the order of their numbers; where nobody does, the house's best plays."


def kiosk_entries(context: Context, take: Callable[[KioskSettings], None]) -> list[Entry]:
    """The lines of the settings' list; `take` gets what is chosen."""
    kiosk = context.settings.kiosk
    hours = kiosk.dim_hours or (0, 0)

    def change(**values: Any) -> None:
        take(replace(kiosk, **values))

    def seconds(value: float, by: int) -> float:
        return min(max(value + 15 * by, 15.0), 900.0)

    def dim(start: int, end: int) -> None:
        change(dim_hours=None if start == end else (start, end))

    entries = [
        heading("Kiosk"),
        Entry(
            "idle",
            "Attract after",
            f"{kiosk.idle_seconds:g} s",
            lambda by: change(idle_seconds=seconds(kiosk.idle_seconds, by)),
        ),
        Entry("playlist", "Playlist", _short(kiosk.playlist)),
        Entry(
            "rotate",
            "Each plays for",
            f"{kiosk.rotate_seconds:g} s",
            lambda by: change(rotate_seconds=seconds(kiosk.rotate_seconds, by)),
        ),
        Entry(
            "kiosk_train",
            "Always training",
            "on" if kiosk.train else "off",
            lambda _by: change(train=not kiosk.train),
        ),
        Entry("dim_from", "Dark from", _hour(kiosk, 0), lambda by: dim((hours[0] + by) % 24, hours[1])),
        Entry("dim_until", "Dark until", _hour(kiosk, 1), lambda by: dim(hours[0], (hours[1] + by) % 24)),
    ]
    # Visitors need not hear of an operator.
    return entries if context.is_kiosk else [*entries, Entry("pin", "Operator PIN", "••••")]


def kiosk_screen(
    context: Context, chosen: str | None, take: Callable[[KioskSettings], None]
) -> Transition | None:
    """Where a chosen line leads; None where it is none of the kiosk's, or only a value."""
    if chosen == "playlist":
        return Push(PlaylistScene(context, take))
    if chosen == "pin":
        return Push(
            NameEntryScene(
                context,
                "The operator's new PIN, 4 to 8 digits",
                "",
                lambda pin: _take_pin(context, take, pin),
                letters=_DIGITS,
            )
        )
    return None


def _take_pin(context: Context, take: Callable[[KioskSettings], None], pin: str) -> None:
    try:
        take(replace(context.settings.kiosk, pin=pin))
    except ValueError as error:
        context.notify(f"not taken: {error}", "warning")


def _short(playlist: tuple[str, ...]) -> str:
    more = f" and {len(playlist) - 1} more" if len(playlist) > 1 else ""
    return f"{playlist[0]}{more}" if playlist else "the house's best"


def _hour(kiosk: KioskSettings, index: int) -> str:
    return "never" if kiosk.dim_hours is None else f"{kiosk.dim_hours[index]}:00"


class PlaylistScene(Scene):
    """All models that can play; Enter puts one on the playlist, at its end, or takes it off."""

    title = "Playlist"
    header = "Playlist"
    has_music = True

    def __init__(self, context: Context, take: Callable[[KioskSettings], None]) -> None:
        super().__init__(context)
        self._take = take
        self._names = [model.name for model in context.models.read_all() if model.error is None]
        self._menu = Menu(self._entries())

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is Action.BACK:
            return Pop()
        before = self._menu.chosen
        if self._menu.handle(event) is not None or self._menu.chosen != before:
            self.context.audio.play("move")
        self._menu.replace(self._entries())
        return None

    def hints(self) -> list[Hint]:
        return [
            Hint("move", Action.UP, Action.DOWN),
            Hint("on, off the list", Action.CONFIRM),
            Hint("back", Action.BACK),
        ]

    def _entries(self) -> list[Entry]:
        playlist = self.context.settings.kiosk.playlist
        # A name that stands for nothing now can be taken off too.
        names = [*self._names, *(name for name in playlist if name not in self._names)]
        return [self._entry(name) for name in names]

    def _entry(self, name: str) -> Entry:
        return Entry(name, name, self._place(name), lambda _by: self._switch(name))

    def _place(self, name: str) -> str:
        playlist = self.context.settings.kiosk.playlist
        return f"number {playlist.index(name) + 1}" if name in playlist else _NO_PLACE

    def _switch(self, name: str) -> None:
        kiosk = self.context.settings.kiosk
        kept = tuple(other for other in kiosk.playlist if other != name)
        self._take(replace(kiosk, playlist=kept if name in kiosk.playlist else (*kept, name)))

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        widest = max(canvas.text_width(entry.label + entry.value) for entry in self._menu.entries)
        width = min(canvas.rect.width - units(16), max(units(_PANEL_UNITS), widest + units(_ENTRY_UNITS)))
        words = len(canvas.wrap(_ORDER, width - units(24))) * canvas.line_height()
        height = min(canvas.rect.height - units(8), self._menu.height(canvas) + words + units(28))
        inside = canvas.panel(centered(canvas.rect, width, height)).inflate(units(-4), units(-8))
        about, menu = cut_bottom(inside, words, units(4))
        self._menu.draw(canvas, menu)
        canvas.paragraph(_ORDER, about.inflate(units(-12), 0), canvas.theme.text_dim)
