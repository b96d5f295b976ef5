"""The leaderboard of models: slots, checkpoints and reference players, and what can be done with each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pygame import Rect

from tetris_arcade.scenes.base import Pop, Push, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.models.details import draw_facts, table_row
from tetris_arcade.scenes.models.evaluation import ModelEvaluation
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.play.pause_training import start_with_training_check
from tetris_arcade.services.model_files import (
    delete,
    export,
    importable_files,
    make_imports_folder,
    rename,
    save_checkpoint_as,
)
from tetris_arcade.storage.checkpoints import KINDS, Kind
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cut_bottom, cut_right, inset, is_portrait
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.table import Column, Row, Table
from tetris_arcade.ui.widgets.wrapping_panel import draw_wrapping_panel
from tetris_arcade.worker.shared.messages import EvaluateTask, Report

_COLUMNS = (
    Column("name", 3.2),
    Column("kind", 1.7, min_units=220),
    Column("played", 1.9, min_units=360),
    Column("lines a game", 2.8, is_number=True),
    Column("best", 1.5, is_number=True, min_units=330),
    Column("steps", 1.4, is_number=True, min_units=300),
    Column("saved", 1.9, min_units=400),
)
_BY_LINES = 3
_READ_ONLY = "nothing can be changed here"
_SIDE_MARK = "●"
_IDLE_NOTE = "a model file can be dropped here"


class ModelsScene(Scene):
    """Enter opens what can be done with the chosen model."""

    title = "Models"
    header = "Models"
    has_music = True
    accepts_files = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._listed: list[ModelEntry] | None = None
        self._entries: dict[str, ModelEntry] = {}
        self._table = Table(_COLUMNS, [], sorted_by=_BY_LINES, descending=True)
        self._measuring = ModelEvaluation(context)
        self._duel_side: str | None = None
        self._take_list()

    def enter(self) -> None:
        self._reload()

    def close(self) -> None:
        self._measuring.give_up()

    def update(self, now: float, dt: float) -> Transition | None:
        self._take_list()
        return None

    def _reload(self) -> None:
        self.context.models.refresh()
        self._take_list()

    def _take_list(self) -> None:
        """Show the newest list, if that is not shown."""
        entries = self.context.models.entries
        if entries is self._listed:
            return
        self._listed, self._entries = entries, {entry.name: entry for entry in entries}
        if self._duel_side not in self._entries:
            self._duel_side = None
        self._show_rows()

    def _show_rows(self) -> None:
        self._table.replace([self._row(entry) for entry in self._entries.values()])

    def _row(self, entry: ModelEntry) -> Row:
        row = table_row(entry, self._measuring.evaluation(entry))
        if entry.name != self._duel_side:
            return row
        return replace(row, cells=(f"{_SIDE_MARK} {row.cells[0]}", *row.cells[1:]))

    @property
    def _current(self) -> ModelEntry | None:
        row = self._table.current
        return None if row is None else self._entries[row.name]

    # --- Input ---

    def handle(self, event: InputEvent) -> Transition | None:
        if event.dropped_file:
            self._import(Path(event.dropped_file))
        elif event.action is Action.BACK:
            return Pop()
        elif event.action is Action.SAVE:
            return self._ask_save()
        elif event.action is Action.FASTER:
            return self._ask_import()
        elif event.action in (Action.LEFT, Action.RIGHT):
            step = 1 if event.action is Action.RIGHT else -1
            self._table.sort_by((self._table.sorted_by + step) % len(_COLUMNS))
        elif event.action is Action.PAUSE and self._current is not None:
            return self._act("demo")
        elif event.action is Action.STOP:
            self._measuring.give_up()
            self._choose_side(None)
        elif self._table.handle(event) is not None:
            return self._open_actions()
        return None

    def hints(self) -> list[Hint]:
        hints = [
            Hint("actions", Action.CONFIRM),
            Hint("demo", Action.PAUSE),
            *(
                []
                if self.context.is_locked
                else [Hint("save a checkpoint", Action.SAVE), Hint("import", Action.FASTER)]
            ),
            Hint("sort", Action.LEFT, Action.RIGHT),
            Hint("back", Action.BACK),
            Hint("help", Action.HELP),
        ]
        if self._measuring.name is not None:
            return [Hint("stop evaluating", Action.STOP), *hints]
        return hints if self._duel_side is None else [Hint("no duel", Action.STOP), *hints]

    def on_report(self, source: str, report: Report) -> None:
        if source == "player" and self._measuring.on_report(report):
            self._show_rows()
            self._reload()

    # --- Actions ---

    def _open_actions(self) -> Transition | None:
        entry = self._current
        if entry is None:
            return None
        if entry.error is not None and entry.kind != "slot":
            self.context.notify(entry.error, "error")
            return None
        options = self._options(entry)
        return Push(ChoiceDialog(self.context, entry.display_name, options, self._act))

    def _options(self, entry: ModelEntry) -> list[tuple[str, str]]:
        options: list[tuple[str, str]] = []
        if entry.error is None:
            options += [("demo", "Demo"), ("evaluate", f"Evaluate ({EvaluateTask().games} games)")]
            options.append(("duel", self._duel_words(entry.name)))
            if entry.kind != "reference" and not self.context.is_locked:
                options.append(("export", "Export to a file"))
        if entry.kind == "checkpoint" and not self.context.is_locked:
            options.append(("save", "Save to a slot"))
        if entry.kind == "slot" and not self.context.is_locked:
            options += [("rename", "Rename"), ("delete", "Delete")]
        return options

    def _duel_words(self, name: str) -> str:
        if self._duel_side == name:
            return "No duel"
        return "Duel" if self._duel_side is None else f"Duel against {self._duel_side}"

    def _act(self, key: str) -> Transition | None:
        """Do what was chosen; what comes back takes the menu's place."""
        entry = self._current
        if entry is None:
            return None
        name = entry.name
        if key == "demo":
            from tetris_arcade.scenes.play.demo import DemoScene

            self._measuring.give_up()
            return start_with_training_check(self.context, lambda: DemoScene(self.context, name))
        if key == "duel":
            return self._duel(name)
        if key == "evaluate":
            self._measuring.begin(name)
        elif key == "export":
            self._run(f"exporting {name}", lambda: export(self.context.paths, name))
        elif key == "save":
            return self._ask_save()
        elif key == "rename":
            shown = entry.display_name
            return Push(
                NameEntryScene(
                    self.context, f"A new name for {shown}", shown, lambda new: self._rename(name, new)
                )
            )
        elif key == "delete":
            question = f"Delete {entry.display_name}? It cannot be brought back."
            return Push(
                ChoiceDialog(
                    self.context,
                    question,
                    [("no", "Keep it"), ("yes", "Delete it")],
                    lambda answer: self._delete(name, answer),
                )
            )
        return None

    def _duel(self, name: str) -> Transition | None:
        if self._duel_side in (None, name):
            self._choose_side(name if self._duel_side is None else None)
            return None
        from tetris_arcade.scenes.play.duel import DuelScene

        self._measuring.give_up()
        left = self._duel_side
        assert left is not None
        self._choose_side(None)
        return start_with_training_check(self.context, lambda: DuelScene(self.context, left, name))

    def _choose_side(self, name: str | None) -> None:
        """Have this model wait for an opponent, or none."""
        self._duel_side = name
        self._show_rows()

    def _ask_save(self) -> Transition | None:
        entry = self._current
        source = entry.name if entry is not None and entry.kind == "checkpoint" else "best"
        if source not in self._entries or self.context.is_locked:
            reason = _READ_ONLY if self.context.is_locked else f"there is no checkpoint {source} to save"
            self.context.notify(reason, "warning")
            return None
        kind: Kind = next(kind for kind in KINDS if kind == source)
        return Push(
            NameEntryScene(self.context, f"Save {source} to a slot", "", lambda name: self._save(kind, name))
        )

    def _save(self, source: Kind, name: str) -> Transition | None:
        self._run(f"saving {name}", lambda: save_checkpoint_as(self.context.paths, source, name))
        return None

    def _rename(self, old: str, new: str) -> Transition | None:
        self._run(f"renaming {old}", lambda: rename(self.context.paths, old, new))
        return None

    def _delete(self, name: str, answer: str) -> Transition | None:
        if answer == "yes":
            self._run(f"deleting {name}", lambda: delete(self.context.paths, name))
        return None

    def _ask_import(self) -> Transition | None:
        """Choose among the files that lie ready; who has a mouse can drop them too."""
        if self.context.is_locked:
            self.context.notify(_READ_ONLY, "warning")
            return None
        files = importable_files(self.context.paths)
        if not files:
            folder = make_imports_folder(self.context.paths)
            self.context.notify(f"put model files into {folder}, or drop them on the window", "info")
            return None
        options = [(str(index), file.name) for index, file in enumerate(files)]
        return Push(
            ChoiceDialog(
                self.context, "Import which file?", options, lambda key: self._import(files[int(key)])
            )
        )

    def _import(self, file: Path) -> Transition | None:
        self.context.imports.take(file, then=self._reload)
        return None

    def _run(self, what: str, action: Callable[[], str]) -> None:
        """Do slow work beside the screen; the list is read anew after it."""
        self.context.jobs.begin(what, action, then=self._reload)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        area = inset(canvas.rect, units(4))
        if is_portrait(area):
            facts, table = cut_bottom(area, area.height * 42 // 100, units(4))
        else:
            facts, table = cut_right(area, min(area.width * 36 // 100, units(240)), units(4))
        inside = canvas.panel(table)
        status, inside = cut_bottom(inside, canvas.line_height() + units(4))
        self._table.draw(canvas, inside)
        self._draw_status(canvas, status)
        if self._current is not None:
            evaluation = self._measuring.evaluation(self._current)
            room = draw_wrapping_panel(canvas, facts, self._current.display_name)
            draw_facts(canvas, room, self._current, evaluation)

    def _draw_status(self, canvas: Canvas, rect: Rect) -> None:
        canvas.avoid_toasts(rect)
        if self._measuring.name is not None:
            bar, label = cut_bottom(rect, canvas.units(3))
            canvas.fill(bar, canvas.theme.well)
            canvas.fill(
                Rect(bar.x, bar.y, round(bar.width * self._measuring.share), bar.height), canvas.theme.accent
            )
            canvas.text_in(self._measuring.text, label, canvas.theme.text_dim, align="left")
        elif self.context.jobs.what is not None:
            canvas.text_in(f"{self.context.jobs.what}...", rect, canvas.theme.accent, align="left")
        elif self.context.models.num_found is not None and not self._entries:
            words = f"reading the models, {self.context.models.num_found} so far"
            canvas.text_in(words, rect, canvas.theme.text_dim, align="left")
        elif self._duel_side is not None:
            words = f"choose an opponent for {self._duel_side}"
            canvas.text_in(words, rect, canvas.theme.accent, align="left")
        elif not self.context.is_locked:
            canvas.text_in(_IDLE_NOTE, rect, canvas.theme.text_faint, align="left")
