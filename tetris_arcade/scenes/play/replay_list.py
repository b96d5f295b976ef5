"""The kept games: a list of them, to watch again, film or forget."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tetris_arcade.scenes.base import Pop, Push, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.play.pause_training import start_with_training_check
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import list_replays, load_replay
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cut_bottom, cut_top, inset
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.identicon import draw_identicon
from tetris_arcade.ui.widgets.table import Column, Row, Table

_COLUMNS = (
    Column("player", 3.0),
    Column("lines", 1.5, is_number=True),
    Column("score", 1.7, is_number=True, min_units=330),
    Column("pieces", 1.5, is_number=True, min_units=250),
    Column("board", 1.8, min_units=420),
    Column("kept", 2.6, min_units=300),
)
_BY_TIME = 5
_INVITATION = "The best game of every training is kept here by itself, and any game of a demo that is saved."
_INVITATION_UNITS, _INVITATION_LETTERS, _EMBLEM_UNITS = 330, 28, 110
_EMBLEM_NAME = "champion"


@dataclass(frozen=True)
class ReplaySummary:
    """A line of the list: what the file says, or why it cannot be read."""

    path: Path
    player: str = ""
    lines: int = 0
    score: int = 0
    pieces: int = 0
    board: str = ""
    saved_at: str = ""
    error: str = ""


class ReplaysScene(Scene):
    """Enter watches the chosen game."""

    title = "Replays"
    header = "Replays"
    has_music = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._games: dict[str, ReplaySummary] = {}
        self._table = Table(_COLUMNS, [], sorted_by=_BY_TIME, descending=True)

    def enter(self) -> None:
        self._reload()

    def _reload(self) -> None:
        games = [_kept_game(path) for path in list_replays(self.context.paths)]
        self._games = {game.path.name: game for game in games}
        self._table.replace([_row(game) for game in games])

    @property
    def _current(self) -> ReplaySummary | None:
        row = self._table.current
        return None if row is None else self._games[row.name]

    # --- Input ---

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is Action.BACK:
            return Pop()
        if not self._games:
            return self._go_to_demo() if event.action is Action.CONFIRM else None
        if event.action in (Action.LEFT, Action.RIGHT):
            step = 1 if event.action is Action.RIGHT else -1
            self._table.sort_by((self._table.sorted_by + step) % len(_COLUMNS))
        elif event.action is Action.STOP:
            return self._ask_delete()
        elif event.action is Action.PAUSE or self._table.handle(event) is not None:
            return self._watch()
        return None

    def hints(self) -> list[Hint]:
        if not self._games:
            return [
                Hint("watch a demo", Action.CONFIRM),
                Hint("back", Action.BACK),
                Hint("help", Action.HELP),
            ]
        hints = [Hint("watch", Action.CONFIRM), Hint("sort", Action.LEFT, Action.RIGHT)]
        if not self.context.is_locked:
            hints.append(Hint("delete", Action.STOP))
        return [*hints, Hint("back", Action.BACK), Hint("help", Action.HELP)]

    def _go_to_demo(self) -> Transition:
        from tetris_arcade.scenes.play.demo import DemoScene
        from tetris_arcade.services.default_player import default_player

        return start_with_training_check(
            self.context, lambda: DemoScene(self.context, default_player(self.context.paths))
        )

    def _watch(self) -> Transition | None:
        game = self._current
        if game is None:
            return None
        if game.error:
            self.context.notify(game.error, "error")
            return None
        from tetris_arcade.scenes.play.replay import ReplayScene

        context, games = self.context, [self._games[row.name] for row in self._table.rows]
        whole = [other for other in games if not other.error]
        return start_with_training_check(context, lambda: ReplayScene(context, whole, whole.index(game)))

    def _ask_delete(self) -> Transition | None:
        game = self._current
        if game is None or self.context.is_locked:
            return None
        name = game.player or game.path.name
        question = f"Forget this game of {name}, {game.lines:,} lines? It cannot be brought back."
        options = [("no", "Keep it"), ("yes", "Forget it")]
        return Push(ChoiceDialog(self.context, question, options, lambda answer: self._delete(game, answer)))

    def _delete(self, game: ReplaySummary, answer: str) -> Transition | None:
        if answer == "yes":
            self.context.jobs.begin("forgetting a game", lambda: _forget(game.path), then=self._reload)
        return None

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        if not self._games:
            self._draw_invitation(canvas)
            return
        inside = canvas.panel(inset(canvas.rect, canvas.units(4)))
        note, table = cut_bottom(inside, canvas.line_height(), canvas.units(2))
        self._table.draw(canvas, table)
        count = len(self._games)
        words = "1 game, a few kilobytes" if count == 1 else f"{count} games, a few kilobytes each"
        canvas.text_in(words, note, canvas.theme.text_faint, align="left")

    def _draw_invitation(self, canvas: Canvas) -> None:
        """Where no game is kept: what would be here."""
        units, theme = canvas.units, canvas.theme
        area = inset(canvas.rect, units(8))
        width = min(area.width, max(units(_INVITATION_UNITS), canvas.text_width("0" * _INVITATION_LETTERS)))
        lines = len(canvas.wrap(_INVITATION, width - units(24)))
        words = canvas.text_height(2.0) + lines * canvas.line_height() + units(16)
        tall = min(area.height, words + units(_EMBLEM_UNITS) + units(30))
        inside = inset(canvas.panel(centered(area, width, tall)), units(7))
        below, picture = cut_bottom(inside, words, units(6))
        draw_identicon(canvas, picture, _EMBLEM_NAME, theme.panel_edge)
        head, below = cut_top(below, canvas.text_height(2.0) + units(8))
        canvas.text_in("NO GAME YET", head, theme.accent, 2.0)
        canvas.paragraph(_INVITATION, below, theme.text, align="center")


def _kept_game(path: Path) -> ReplaySummary:
    try:
        record = load_replay(path)
    except StorageError as error:
        return ReplaySummary(path, error=str(error))
    board = f"{record.env.get('pieces', 'bag')} {record.env.get('height', 20)}"
    saved_at = record.saved_at[:16].replace("T", " ")
    return ReplaySummary(
        path, record.player, record.lines, record.score, len(record.actions), board, saved_at
    )


def _row(game: ReplaySummary) -> Row:
    if game.error:
        return Row(game.path.name, ("damaged", "-", "-", "-", "-", ""), ("", None, None, None, "", ""), True)
    cells = (
        game.player,
        f"{game.lines:,}",
        f"{game.score:,}",
        f"{game.pieces:,}",
        game.board,
        game.saved_at,
    )
    return Row(
        game.path.name, cells, (game.player, game.lines, game.score, game.pieces, game.board, game.saved_at)
    )


def _forget(path: Path) -> str:
    path.unlink(missing_ok=True)
    return "the game is forgotten"
