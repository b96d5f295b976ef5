"""The leaderboard of models: slots, checkpoints and reference players, and what can be done with each."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from pathlib import Path

from pygame import Rect

from tetris_arcade.paths import DataPaths
from tetris_arcade.scenes.base import Context, Hint, Pop, Push, Scene, Transition
from tetris_arcade.scenes.dialog import ConfirmScene
from tetris_arcade.scenes.errand import Errand
from tetris_arcade.scenes.interlude import start_play
from tetris_arcade.scenes.model_facts import draw_facts, row_of
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.storage.checkpoints import KINDS, Kind
from tetris_arcade.storage.errors import SlotNameError
from tetris_arcade.storage.exchange import export_slot, import_model
from tetris_arcade.storage.names import folder_name
from tetris_arcade.storage.slots import ModelEntry, delete_slot, list_models, rename_slot, save_slot
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cut_bottom, cut_right, cut_top, inset, is_portrait
from tetris_arcade.ui.widgets.table import Column, Table
from tetris_arcade.worker.messages import Evaluated, EvaluateTask, Failed, Progress, Report

logger = logging.getLogger(__name__)

_COLUMNS = (
    Column("name", 3.2),
    Column("kind", 1.7, min_units=220),
    Column("lines a game", 2.8, is_number=True),
    Column("best", 1.5, is_number=True, min_units=330),
    Column("steps", 1.4, is_number=True, min_units=300),
    Column("saved", 1.9, min_units=400),
)
_BY_LINES = 2


class ModelsScene(Scene):
    """Enter opens what can be done with the chosen model."""

    title = "Models"
    marquee = "Models"
    has_music = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._entries: dict[str, ModelEntry] = {}
        self._table = Table(_COLUMNS, [], sorted_by=_BY_LINES, descending=True)
        self._errand: Errand | None = None
        self._evaluating: str | None = None
        self._share = 0.0
        self._duel_side: str | None = None
        self._reload()

    def enter(self) -> None:
        self._reload()

    def close(self) -> None:
        if self._evaluating is not None:
            self.context.player.stop()

    def _reload(self) -> None:
        entries = list_models(self.context.paths)
        self._entries = {entry.name: entry for entry in entries}
        self._table.replace([row_of(entry) for entry in entries])

    @property
    def _current(self) -> ModelEntry | None:
        row = self._table.current
        return None if row is None else self._entries[row.name]

    # -- input ---------------------------------------------------------------------------------------------

    def handle(self, event: InputEvent) -> Transition | None:
        if event.dropped_file:
            self._import(Path(event.dropped_file))
        elif event.action is Action.BACK:
            return Pop()
        elif event.action is Action.SAVE:
            return self._ask_save()
        elif event.action in (Action.LEFT, Action.RIGHT):
            step = 1 if event.action is Action.RIGHT else -1
            self._table.sort_by((self._table.sorted_by + step) % len(_COLUMNS))
        elif event.action is Action.PAUSE and self._current is not None:
            return self._act("demo")
        elif event.action is Action.STOP and self._evaluating is not None:
            self.context.player.stop()
            self._evaluating = None
        elif self._table.handle(event) is not None:
            return self._open_actions()
        return None

    def hints(self) -> list[Hint]:
        hints = [
            Hint("ENTER", "actions"),
            Hint("SPACE", "demo"),
            Hint("S", "save a checkpoint"),
            Hint("← →", "sort"),
            Hint("ESC", "back"),
            Hint("F1", "help"),
        ]
        return [Hint("X", "stop evaluating"), *hints] if self._evaluating is not None else hints

    def hear(self, source: str, report: Report) -> None:
        if source != "player" or self._evaluating is None:
            return
        if isinstance(report, Progress):
            self._share = report.fraction
        elif isinstance(report, Evaluated):
            low, high = report.ci95_low, report.ci95_high
            self.context.tell(
                f"{report.slot}: {report.mean_lines:,.1f} lines a game ({low:,.0f} to {high:,.0f})", "good"
            )
            self._evaluating = None
            self._reload()
        elif isinstance(report, Failed):
            self.context.tell(report.reason, "bad")
            self._evaluating = None

    def update(self, now: float, dt: float) -> Transition | None:
        if self._errand is not None and self._errand.is_done:
            text, tone = self._errand.result()
            self._errand = None
            self.context.tell(text, tone)
            self._reload()
        return None

    # -- actions -------------------------------------------------------------------------------------------

    def _open_actions(self) -> Transition | None:
        entry = self._current
        if entry is None:
            return None
        if entry.error is not None and entry.kind != "slot":
            self.context.tell(entry.error, "bad")
            return None
        options = self._options(entry)
        return Push(ConfirmScene(self.context, entry.display_name, options, self._act))

    def _options(self, entry: ModelEntry) -> list[tuple[str, str]]:
        options: list[tuple[str, str]] = []
        if entry.error is None:
            options += [("demo", "Demo"), ("evaluate", "Evaluate (20 games)")]
            options.append(("duel", "Duel" if self._duel_side is None else f"Duel against {self._duel_side}"))
            if entry.kind != "reference":
                options.append(("export", "Export to a file"))
        if entry.kind == "checkpoint":
            options.append(("save", "Save to a slot"))
        if entry.kind == "slot" and not self.context.is_read_only:
            options += [("rename", "Rename"), ("delete", "Delete")]
        return options

    def _act(self, key: str) -> Transition | None:
        """Do what was chosen; what comes back takes the menu's place."""
        entry = self._current
        if entry is None:
            return None
        name = entry.name
        if key == "demo":
            from tetris_arcade.scenes.demo import DemoScene

            return start_play(self.context, lambda: DemoScene(self.context, name))
        if key == "duel":
            return self._duel(name)
        if key == "evaluate":
            self._evaluating, self._share = name, 0.0
            self.context.player.start(EvaluateTask(slot=name))
        elif key == "export":
            self._run(f"exporting {name}", lambda: self._export(name))
        elif key == "save":
            return self._ask_save()
        elif key == "rename":
            return Push(
                NameEntryScene(
                    self.context, f"A new name for {name}", name, lambda new: self._rename(name, new)
                )
            )
        elif key == "delete":
            question = f"Delete {name}? It cannot be brought back."
            return Push(
                ConfirmScene(
                    self.context,
                    question,
                    [("no", "Keep it"), ("yes", "Delete it")],
                    lambda answer: self._delete(name, answer),
                )
            )
        return None

    def _duel(self, name: str) -> Transition | None:
        if self._duel_side is None:
            self._duel_side = name
            self.context.tell(f"{name} waits for an opponent: choose one", "info")
            return None
        from tetris_arcade.scenes.duel import DuelScene

        left, self._duel_side = self._duel_side, None
        return start_play(self.context, lambda: DuelScene(self.context, left, name))

    def _ask_save(self) -> Transition | None:
        entry = self._current
        source = entry.name if entry is not None and entry.kind == "checkpoint" else "best"
        if source not in self._entries or self.context.is_read_only:
            self.context.tell(
                f"there is no checkpoint {source} to save"
                if not self.context.is_read_only
                else "nothing can be changed here",
                "warning",
            )
            return None
        kind: Kind = next(kind for kind in KINDS if kind == source)
        return Push(
            NameEntryScene(self.context, f"Save {source} to a slot", "", lambda name: self._save(kind, name))
        )

    def _save(self, source: Kind, name: str) -> Transition | None:
        self._run(
            f"saving {name}", lambda: f"saved {source} as {save_slot(self.context.paths, name, source).name}"
        )
        return None

    def _rename(self, old: str, new: str) -> Transition | None:
        self._run(f"renaming {old}", lambda: f"{old} is now {rename_slot(self.context.paths, old, new).name}")
        return None

    def _delete(self, name: str, answer: str) -> Transition | None:
        if answer == "yes":
            self._run(f"deleting {name}", lambda: self._deleted(name))
        return None

    def _deleted(self, name: str) -> str:
        delete_slot(self.context.paths, name)
        return f"deleted {name}"

    def _export(self, name: str) -> str:
        folder = self.context.paths.root / "exports"
        folder.mkdir(parents=True, exist_ok=True)
        return "wrote " + ", ".join(
            path.name for path in export_slot(self.context.paths, name, folder, overwrite=True)
        )

    def _import(self, file: Path) -> None:
        if self.context.is_read_only:
            self.context.tell("nothing can be changed here", "warning")
            return
        self._run(f"importing {file.name}", lambda: f"imported as {_take_in(self.context.paths, file).name}")

    def _run(self, what: str, action: Callable[[], str]) -> None:
        """Do slow work beside the screen, one thing at a time."""
        if self._errand is not None:
            self.context.tell(f"still {self._errand.what}", "warning")
            return
        self._errand = Errand(what, action)

    # -- drawing -------------------------------------------------------------------------------------------

    def draw(self, canvas: Canvas) -> None:
        k = canvas.k
        area = inset(canvas.rect, 4 * k)
        if is_portrait(area):
            facts, table = cut_bottom(area, area.height * 42 // 100, 4 * k)
        else:
            facts, table = cut_right(area, min(area.width * 36 // 100, 240 * k), 4 * k)
        inside = canvas.panel(table)
        status, inside = cut_bottom(inside, canvas.line_height() + 4 * k)
        self._table.draw(canvas, inside)
        self._draw_status(canvas, status)
        if self._current is not None:
            draw_facts(canvas, canvas.panel(facts, self._current.display_name), self._current)

    def _draw_status(self, canvas: Canvas, rect: Rect) -> None:
        if self._evaluating is not None:
            text = f"evaluating {self._evaluating}: {self._share:.0%}"
            bar, label = cut_bottom(rect, 3 * canvas.k)
            canvas.fill(bar, canvas.theme.well)
            canvas.fill(Rect(bar.x, bar.y, round(bar.width * self._share), bar.height), canvas.theme.accent)
            canvas.text_in(text, label, canvas.theme.text_dim, align="left")
        elif self._errand is not None:
            canvas.text_in(f"{self._errand.what}...", rect, canvas.theme.accent, align="left")
        else:
            _, rect = cut_top(rect, 0)
            canvas.text_in("a model file can be dropped here", rect, canvas.theme.text_faint, align="left")


def _take_in(paths: DataPaths, file: Path) -> Path:
    """Import a file under its own name, or, where that is taken, under the file's with a number."""
    try:
        return import_model(paths, file)
    except SlotNameError:
        names = {entry.name for entry in list_models(paths)}
        number = next(n for n in itertools.count(2) if f"{folder_name(file.stem)}-{n}" not in names)
        return import_model(paths, file, f"{file.stem}-{number}")
