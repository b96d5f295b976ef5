"""The kept games: a list of them, to watch again, film or forget."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pygame import Rect

from tetris_arcade.scenes.base import Context, Hint, Pop, Push, Scene, Transition
from tetris_arcade.scenes.dialog import ConfirmScene
from tetris_arcade.scenes.interlude import start_play
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.records import list_records, load_record
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cut_bottom, inset
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


@dataclass(frozen=True)
class KeptGame:
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
    marquee = "Replays"
    has_music = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._games: dict[str, KeptGame] = {}
        self._table = Table(_COLUMNS, [], sorted_by=_BY_TIME, descending=True)

    def enter(self) -> None:
        self._reload()

    def _reload(self) -> None:
        games = [_kept_game(path) for path in list_records(self.context.paths)]
        self._games = {game.path.name: game for game in games}
        self._table.replace([_row(game) for game in games])

    @property
    def _current(self) -> KeptGame | None:
        row = self._table.current
        return None if row is None else self._games[row.name]

    # -- input ---------------------------------------------------------------------------------------------

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is Action.BACK:
            return Pop()
        if event.action in (Action.LEFT, Action.RIGHT):
            step = 1 if event.action is Action.RIGHT else -1
            self._table.sort_by((self._table.sorted_by + step) % len(_COLUMNS))
        elif event.action is Action.STOP:
            return self._ask_delete()
        elif event.action is Action.PAUSE or self._table.handle(event) is not None:
            return self._watch()
        return None

    def hints(self) -> list[Hint]:
        hints = [Hint("ENTER", "watch"), Hint("← →", "sort")]
        if not self.context.is_locked:
            hints.append(Hint("X", "delete"))
        return [*hints, Hint("ESC", "back"), Hint("F1", "help")]

    def _watch(self) -> Transition | None:
        game = self._current
        if game is None:
            return None
        if game.error:
            self.context.tell(game.error, "bad")
            return None
        from tetris_arcade.scenes.replay import ReplayScene

        context, games = self.context, [self._games[row.name] for row in self._table.rows]
        whole = [other for other in games if not other.error]
        return start_play(context, lambda: ReplayScene(context, whole, whole.index(game)))

    def _ask_delete(self) -> Transition | None:
        game = self._current
        if game is None or self.context.is_locked:
            return None
        name = game.player or game.path.name
        question = f"Forget this game of {name}, {game.lines:,} lines? It cannot be brought back."
        options = [("no", "Keep it"), ("yes", "Forget it")]
        return Push(ConfirmScene(self.context, question, options, lambda answer: self._delete(game, answer)))

    def _delete(self, game: KeptGame, answer: str) -> Transition | None:
        if answer == "yes":
            self.context.errands.begin("forgetting a game", lambda: _forget(game.path), then=self._reload)
        return None

    # -- drawing -------------------------------------------------------------------------------------------

    def draw(self, canvas: Canvas) -> None:
        k = canvas.k
        inside = canvas.panel(inset(canvas.rect, 4 * k))
        note, table = cut_bottom(inside, canvas.line_height(), 2 * k)
        if not self._games:
            text = "No game is kept yet. The best game of every training is, and any demo with S."
            width = min(table.width - 20 * k, 300 * k)
            lines = len(canvas.wrap(text, width))
            place: Rect = centered(table, width, lines * canvas.line_height())
            canvas.paragraph(text, place, canvas.theme.text_dim, align="center")
            return
        self._table.draw(canvas, table)
        count = f"{len(self._games)} games, a few kilobytes each"
        canvas.text_in(count, note, canvas.theme.text_faint, align="left")


def _kept_game(path: Path) -> KeptGame:
    try:
        record = load_record(path)
    except StorageError as error:
        return KeptGame(path, error=str(error))
    board = f"{record.env.get('pieces', 'bag')} {record.env.get('height', 20)}"
    saved_at = record.saved_at[:16].replace("T", " ")
    return KeptGame(path, record.player, record.lines, record.score, len(record.actions), board, saved_at)


def _row(game: KeptGame) -> Row:
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
