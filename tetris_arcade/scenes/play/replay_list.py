"""The list of saved replays, to watch or delete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tetris_arcade.languages import N_, _, format_number, ngettext
from tetris_arcade.realtime.stored_games import match_from, recording_from
from tetris_arcade.scenes.base import KeyBinding, Pop, Push, Transition, bind
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.game_replay import GameReplayScene
from tetris_arcade.scenes.play.match_replay import MatchReplayScene, PlayedMatch, review_match
from tetris_arcade.scenes.play.pause_training import start_with_training_check
from tetris_arcade.scenes.play.replay import ReplayScene
from tetris_arcade.scenes.play.replay_summary import ReplaySummary, read_replays
from tetris_arcade.scenes.play.review import ReviewedGame, ReviewScene
from tetris_arcade.scenes.table_scene import TableScene
from tetris_arcade.services.default_player import CHAMPION, default_player
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.played_games import PlayedGame, load_played_game
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cut_bottom, cut_top, inset
from tetris_arcade.ui.widgets.identicon import draw_identicon
from tetris_arcade.ui.widgets.table import Column, Row, Table

_Recorded = TypeVar("_Recorded")
_COLUMNS = (
    Column(N_("player"), 3.0),
    Column(N_("lines"), 1.5, is_number=True),
    Column(N_("score"), 1.7, is_number=True),
    Column(N_("pieces"), 1.5, is_number=True),
    Column(N_("board"), 1.8),
    Column(N_("saved"), 2.6),
)
_SAVED_COLUMN = 5
_EMPTY_TEXT = N_(
    "The best game of every training is saved here, every game that you save in a demo, and every game "
    "that you play."
)
_EMPTY_UNITS, _EMPTY_LETTERS, _IDENTICON_UNITS = 330, 28, 110


class ReplaysScene(TableScene):
    """Enter watches the selected replay."""

    title = "Replays"
    header = N_("Replays")
    has_music = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._replays: dict[str, ReplaySummary] = {}
        self._table = Table(_COLUMNS, [], sorted_by=_SAVED_COLUMN, descending=True)

    @property
    def is_still(self) -> bool:
        return True

    def change_language(self) -> None:
        self._reload()

    def enter(self) -> None:
        self._reload()

    def _reload(self) -> None:
        try:
            replays = read_replays(self.context.paths)
        except StorageError as error:
            replays = []
            self.context.notify(str(error), "error")
        self._replays = {_row_name(replay): replay for replay in replays}
        self._table.replace([_table_row(replay) for replay in self._replays.values()])

    @property
    def _selected(self) -> ReplaySummary | None:
        row = self._table.current
        return None if row is None else self._replays[row.name]

    # --- Input ---

    def bindings(self) -> list[KeyBinding]:
        back = bind(_("back"), Pop, Action.BACK)
        if not self._replays:
            return [bind(_("watch a demo"), self._go_to_demo, Action.CONFIRM), back]
        return [
            bind(_("watch"), self._watch, Action.CONFIRM),
            bind("", self._watch, Action.PAUSE),
            bind(_("review"), self._review, Action.COACH),
            *self.table_bindings(),
            bind("" if self.context.is_locked else _("delete"), self._ask_delete, Action.STOP),
            back,
        ]

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is None:
            return None if self._table.handle(event) is None else self._watch()
        return super().handle(event)

    def _go_to_demo(self) -> Transition:
        context = self.context
        return start_with_training_check(context, lambda: DemoScene(context, default_player(context.paths)))

    def _watch(self) -> Transition | None:
        replay = self._selected
        if replay is None:
            return None
        if replay.error:
            self.context.notify(replay.error, "error")
            return None
        if replay.is_played:
            return self._watch_played(replay)
        context = self.context
        listed = [self._replays[row.name] for row in self._table.rows]
        readable = [other for other in listed if not other.error and not other.is_played]
        index = readable.index(replay)
        return start_with_training_check(context, lambda: ReplayScene(context, readable, index))

    def _review(self) -> Transition | None:
        """See what a model makes of the selected game."""
        replay = self._selected
        if replay is None:
            return None
        if replay.error:
            self.context.notify(replay.error, "error")
            return None
        if replay.is_match:
            match = self._load_played(replay, match_from)
            return None if match is None else review_match(self.context, PlayedMatch(match, replay.path))
        game = ReviewedGame(replay.player, replay.path)
        return Push(ReviewScene(self.context, game, default_player(self.context.paths)))

    def _watch_played(self, replay: ReplaySummary) -> Transition | None:
        if replay.is_match:
            match = self._load_played(replay, match_from)
            games = [] if match is None else [PlayedMatch(match, replay.path)]
            return Push(MatchReplayScene(self.context, games)) if games else None
        recording = self._load_played(replay, recording_from)
        return None if recording is None else Push(GameReplayScene(self.context, recording, replay.path))

    def _load_played(
        self, replay: ReplaySummary, parse: Callable[[PlayedGame], _Recorded | None]
    ) -> _Recorded | None:
        """What people played; None, and a message, if its file cannot be used."""
        try:
            return parse(load_played_game(replay.path))
        except StorageError as error:
            self.context.notify(str(error), "error")
            return None

    def _ask_delete(self) -> Transition | None:
        replay = self._selected
        if replay is None:
            return None
        if self.context.is_locked:
            self.context.notify(_("Replays cannot be deleted here"), "warning")
            return None
        name = replay.path.name if replay.error else replay.player
        question = _("Delete this game of {name} ({lines} lines)? This cannot be undone.").format(
            name=name, lines=format_number(replay.lines)
        )
        options = [("no", _("Keep it")), ("yes", _("Delete it"))]
        return Push(ChoiceDialog(self.context, question, options, lambda key: self._delete(replay, key)))

    def _delete(self, replay: ReplaySummary, key: str) -> Transition | None:
        if key == "yes":
            self.context.jobs.start(_("Deleting a replay"), lambda: _delete_file(replay.path), self._reload)
        return None

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        if not self._replays:
            self._draw_empty(canvas)
            return
        inside = canvas.panel(inset(canvas.rect, units(4)))
        note, table = cut_bottom(inside, canvas.line_height(), units(2))
        self._table.draw(canvas, table)
        canvas.explain(table, _("The saved games: {keys}").format(keys=self.sort_text()))
        count = len(self._replays)
        text = ngettext("{n} saved game", "{n} saved games", count).format(n=count)
        canvas.text_in(text, note, canvas.theme.text_faint, align="left")
        canvas.explain(note, _("How many games are saved"))

    def _draw_empty(self, canvas: Canvas) -> None:
        """Say where replays come from."""
        theme, units = canvas.theme, canvas.units
        area = inset(canvas.rect, units(8))
        width = min(area.width, max(units(_EMPTY_UNITS), canvas.text_width("0" * _EMPTY_LETTERS)))
        lines = len(canvas.wrap(_(_EMPTY_TEXT), width - units(24)))
        text_height = canvas.text_height(2.0) + lines * canvas.line_height() + units(16)
        height = min(area.height, text_height + units(_IDENTICON_UNITS) + units(30))
        inside = inset(canvas.panel(centered(area, width, height)), units(7))
        canvas.explain(inside, _("Saved games will be listed here"))
        below, picture = cut_bottom(inside, text_height, units(6))
        draw_identicon(canvas, picture, CHAMPION, theme.panel_edge)
        head, below = cut_top(below, canvas.text_height(2.0) + units(8))
        canvas.text_in(_("NO GAME YET"), head, theme.accent, 2.0)
        canvas.paragraph(_(_EMPTY_TEXT), below, theme.text, align="center")


def _row_name(replay: ReplaySummary) -> str:
    """Unique in both folders."""
    return f"{replay.path.parent.name}/{replay.path.name}"


def _table_row(replay: ReplaySummary) -> Row:
    name = _row_name(replay)
    if replay.error:
        return Row(name, (replay.player, "-", "-", "-", "-", ""), ("", None, None, None, "", ""), is_dim=True)
    numbers = (replay.lines, replay.score, replay.pieces)
    cells = (replay.player, *(format_number(number) for number in numbers), replay.board, replay.saved_at)
    return Row(name, cells, (replay.player, *numbers, replay.board, replay.saved_at))


def _delete_file(path: Path) -> str:
    path.unlink(missing_ok=True)
    return _("Replay deleted")
