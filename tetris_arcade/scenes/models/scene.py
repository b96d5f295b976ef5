"""The table of models (saved copies, checkpoints, reference players) and what can be done with each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pygame import Rect

from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.scenes.base import KeyBinding, Pop, Push, Transition, bind
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.models.details import draw_details
from tetris_arcade.scenes.models.evaluation import ModelEvaluation
from tetris_arcade.scenes.models.model_table import COLUMNS, LINES_COLUMN, table_captions, table_row
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.play.pause_training import start_with_training_check
from tetris_arcade.scenes.play.then_and_now import open_then_and_now
from tetris_arcade.scenes.slot_name_entry import ask_slot_name
from tetris_arcade.scenes.table_scene import TableScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.setup import TrainingSetupScene
from tetris_arcade.services.model_files import (
    delete,
    export,
    importable_files,
    make_imports_folder,
    rename,
    save_checkpoint_as,
)
from tetris_arcade.storage.ages import AGES_NAME
from tetris_arcade.storage.checkpoint_names import run_number
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.saved_run import load_saved_run
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cut_bottom, cut_right, cut_top, inset, is_portrait
from tetris_arcade.ui.widgets.table import Row, Table
from tetris_arcade.ui.widgets.wrapping_panel import draw_wrapping_panel
from tetris_arcade.worker.shared.messages import EvaluateTask, Report, TrainTask

_SIDE_MARK = "●"


@dataclass(frozen=True)
class ModelAction:
    """Something to do with the selected model: a line of its menu and, with a `key`, a key of the screen."""

    name: str
    label: str
    is_allowed: bool
    run: Callable[[], Transition | None]
    key: Action | None = None


class ModelsScene(TableScene):
    """Enter opens the menu of the selected model."""

    title = "Models"
    header = N_("Models")
    has_music = True
    accepts_files = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._listed: list[ModelEntry] | None = None
        self._entries: dict[str, ModelEntry] = {}
        self._table = Table(COLUMNS, [], sorted_by=LINES_COLUMN, descending=True)
        self._evaluation = ModelEvaluation(context)
        self._page, self._num_pages = 0, 1
        """Of the details: the page counts on without end; their number is as drawn last."""
        self._duel_side: str | None = None
        """The model that waits for an opponent."""
        self._show_newest_list()

    @property
    def is_still(self) -> bool:
        return True

    def change_language(self) -> None:
        self._show_rows()

    def enter(self) -> None:
        self._reload()

    def close(self) -> None:
        self._evaluation.cancel()

    def update(self, now: float, dt: float) -> Transition | None:
        self._show_newest_list()
        return None

    def on_report(self, source: str, report: Report) -> None:
        if source == "player" and self._evaluation.on_report(report):
            self._show_rows()
            self._reload()

    # --- The list ---

    def _reload(self) -> None:
        self.context.models.refresh()
        self._show_newest_list()

    def _show_newest_list(self) -> None:
        entries = self.context.models.entries
        if entries is self._listed:
            return
        self._listed, self._entries = entries, {entry.name: entry for entry in entries}
        if self._duel_side not in self._entries:
            self._duel_side = None
        self._show_rows()

    def _show_rows(self) -> None:
        self._table.replace([self._table_row(entry) for entry in self._entries.values()])

    def _table_row(self, entry: ModelEntry) -> Row:
        row = table_row(entry, self._evaluation.result(entry))
        if entry.name != self._duel_side:
            return row
        return replace(row, cells=(f"{_SIDE_MARK} {row.cells[0]}", *row.cells[1:]))

    @property
    def _selected(self) -> ModelEntry | None:
        row = self._table.current
        return None if row is None else self._entries[row.name]

    # --- Input ---

    def bindings(self) -> list[KeyBinding]:
        return [
            *self._stop_bindings(),
            bind(_("actions"), self._open_menu, Action.CONFIRM),
            *self._action_bindings(),
            *self._page_bindings(),
            bind("" if self.context.is_locked else _("import"), self._ask_import, Action.FASTER),
            *self.table_bindings(),
            bind(_("back"), Pop, Action.BACK),
        ]

    def handle(self, event: InputEvent) -> Transition | None:
        if event.dropped_file:
            self._import(Path(event.dropped_file))
            return None
        if event.action is None:
            return None if self._table.handle(event) is None else self._open_menu()
        return super().handle(event)

    def _stop_bindings(self) -> list[KeyBinding]:
        """The stop key, if there is something to stop."""
        if self._evaluation.name is not None:
            return [bind(_("stop testing"), self._stop, Action.STOP)]
        return [] if self._duel_side is None else [bind(_("cancel duel"), self._stop, Action.STOP)]

    def _stop(self) -> None:
        self._evaluation.cancel()
        self._set_duel_side(None)

    def _action_bindings(self) -> list[KeyBinding]:
        """The keys of the actions that have one."""
        entry = self._selected
        actions = [] if entry is None else self._actions(entry)
        return [bind(action.label.lower(), action.run, action.key) for action in actions if action.key]

    def _page_bindings(self) -> list[KeyBinding]:
        """The key that turns the pages of the details, if they do not fit on one."""
        if self._num_pages == 1:
            return []
        text = _("details {page}/{pages}").format(
            page=self._page % self._num_pages + 1, pages=self._num_pages
        )
        return [bind(text, self._turn_page, Action.GRAPH_PAGE)]

    def _turn_page(self) -> None:
        self._page += 1

    def _open_menu(self) -> Transition | None:
        entry = self._selected
        if entry is None:
            return None
        actions = {action.name: action for action in self._actions(entry)}
        if not actions:
            self.context.notify(entry.error or "", "error")
            return None
        options = [(action.name, action.label) for action in actions.values()]
        return Push(ChoiceDialog(self.context, entry.display_name, options, lambda name: actions[name].run()))

    # --- What can be done with a model ---

    def _actions(self, entry: ModelEntry) -> list[ModelAction]:
        """The actions that a model allows, in the order of its menu."""
        test, duel = (
            _("Test ({games} games)").format(games=format_number(EvaluateTask().games)),
            self._duel_label(entry),
        )
        is_readable, can_write = entry.error is None, not self.context.is_locked
        is_exportable = is_readable and can_write and entry.kind != "reference"
        is_copyable = is_readable and can_write and entry.kind == "checkpoint"
        is_resumable = is_copyable and entry.name.startswith("latest")
        is_editable = can_write and not entry.is_read_only
        shows_demo, shows_duel = (is_readable and self.context.is_open(name) for name in ("demo", "duel"))
        has_ages = shows_demo and entry.metadata is not None and AGES_NAME in entry.metadata.files
        actions = [
            ModelAction("demo", _("Demo"), shows_demo, lambda: self._demo(entry), Action.PAUSE),
            ModelAction("evaluate", test, is_readable, lambda: self._evaluation.start(entry.name)),
            ModelAction("duel", duel, shows_duel, lambda: self._duel(entry)),
            ModelAction("ages", _("Then and now"), has_ages, lambda: self._open_ages(entry)),
            ModelAction("continue", _("Continue this run"), is_resumable, lambda: self._continue(entry)),
            ModelAction("train", _("Train it further"), is_exportable, lambda: self._train(entry)),
            ModelAction("export", _("Export to a file"), is_exportable, lambda: self._export(entry)),
            ModelAction("save", _("Save a copy"), is_copyable, lambda: self._ask_save(entry), Action.SAVE),
            ModelAction("rename", _("Rename"), is_editable, lambda: self._ask_rename(entry)),
            ModelAction("delete", _("Delete"), is_editable, lambda: self._ask_delete(entry)),
        ]
        return [action for action in actions if action.is_allowed]

    def _demo(self, entry: ModelEntry) -> Transition:
        self._evaluation.cancel()
        return start_with_training_check(self.context, lambda: DemoScene(self.context, entry.name))

    def _open_ages(self, entry: ModelEntry) -> Transition | None:
        self._evaluation.cancel()
        return open_then_and_now(self.context, entry.name)

    def _continue(self, entry: ModelEntry) -> Transition | None:
        """Continue the run of a `latest`: the current one, or one that was set aside."""
        context = self.context
        saved = load_saved_run(context.paths, entry.name)
        if saved.config is None:
            context.notify(
                saved.problem or _("{name} is not there any more").format(name=entry.name), "error"
            )
            return None
        settings = context.settings.training
        config = saved.continued(settings.goal_lines)
        if self._is_training():
            return None
        task = TrainTask(config=config, resume=True, kept_run=run_number(entry.name), speed=settings.speed)
        context.trainer.start(task)
        return Push(TrainScene(context))

    def _train(self, entry: ModelEntry) -> Transition | None:
        """Choose the settings of a new run that starts with the model's network."""
        if self._is_training():
            return None
        return Push(TrainingSetupScene(self.context, start_from=entry))

    def _is_training(self) -> bool:
        """Whether a training runs, which is then said; otherwise a test is cancelled."""
        if self.context.trainer.is_busy:
            self.context.notify(_("A training is running: stop it first"), "warning")
            return True
        self._stop()
        return False

    def _duel_label(self, entry: ModelEntry) -> str:
        if self._duel_side == entry.name:
            return _("Cancel duel")
        return _("Duel") if self._duel_side is None else _("Duel against {name}").format(name=self._duel_side)

    def _duel(self, entry: ModelEntry) -> Transition | None:
        """Choose the first side of a duel, or start the duel with the second one."""
        left, right = self._duel_side, entry.name
        if left is None or left == right:
            self._set_duel_side(right if left is None else None)
            return None
        self._stop()
        return start_with_training_check(self.context, lambda: DuelScene(self.context, left, right))

    def _set_duel_side(self, name: str | None) -> None:
        self._duel_side = name
        self._show_rows()

    def _export(self, entry: ModelEntry) -> None:
        self._start_job(
            _("Exporting {name}").format(name=entry.display_name),
            lambda: export(self.context.paths, entry.name),
        )

    def _ask_save(self, entry: ModelEntry) -> Transition:
        paths = self.context.paths

        def save(name: str, overwrite: bool) -> None:
            self._start_named_job(
                _("Saving {name}").format(name=name),
                lambda: save_checkpoint_as(paths, entry.name, name, overwrite=overwrite),
            )

        return Push(ask_slot_name(self.context, _("Name this copy"), "", save))

    def _ask_rename(self, entry: ModelEntry) -> Transition:
        paths, old = self.context.paths, entry.display_name

        def start(new: str, overwrite: bool) -> None:
            self._start_named_job(
                _("Renaming {name}").format(name=old),
                lambda: rename(paths, entry.name, new, overwrite=overwrite),
            )

        return Push(
            ask_slot_name(self.context, _("New name for {name}").format(name=old), old, start, own_name=old)
        )

    def _start_named_job(self, name: str, job: Callable[[], str]) -> None:
        """`_start_job`; raises StorageError while another job runs."""
        if self.context.jobs.current is not None:
            raise StorageError(f"Please wait: {self.context.jobs.current}")
        self._start_job(name, job)

    def _ask_delete(self, entry: ModelEntry) -> Transition:
        name = entry.display_name

        def choose(key: str) -> None:
            if key == "yes":
                self._start_job(
                    _("Deleting {name}").format(name=name), lambda: delete(self.context.paths, entry.name)
                )

        options = [("no", _("Keep it")), ("yes", _("Delete it"))]
        return Push(
            ChoiceDialog(
                self.context, _("Delete {name}? This cannot be undone.").format(name=name), options, choose
            )
        )

    def _start_job(self, name: str, job: Callable[[], str]) -> None:
        """Do slow work in the background, and read the list again afterwards."""
        self.context.jobs.start(name, job, self._reload)

    def _ask_import(self) -> Transition | None:
        """Choose one of the files in the import folder; with a mouse they can also be dropped."""
        if self.context.is_locked:
            self.context.notify(_("Models cannot be changed here"), "warning")
            return None
        files = importable_files(self.context.paths)
        if not files:
            make_imports_folder(self.context.paths)
            self.context.notify(_("Drop a model file onto this window"), "info")
            return None
        options = [(str(index), file.name) for index, file in enumerate(files)]
        return Push(
            ChoiceDialog(
                self.context, _("Import which file?"), options, lambda key: self._import(files[int(key)])
            )
        )

    def _import(self, file: Path) -> None:
        self.context.imports.add(file, self._reload)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        area = inset(canvas.rect, units(4))
        if is_portrait(area):
            details, table = cut_bottom(area, area.height * 42 // 100, units(4))
        else:
            details, table = cut_right(area, min(area.width * 36 // 100, units(240)), units(4))
        inside = canvas.panel(table)
        status, inside = cut_bottom(inside, canvas.line_height() + units(4))
        width = inside.width
        normal = canvas.at_text_size(1.0)
        captions = table_captions()
        text = next((text for text in captions if normal.text_width(text) <= width), captions[-1])
        inside = cut_top(inside, canvas.paragraph(text, inside, canvas.theme.text_dim), units(2))[1]
        self._table.draw(canvas, inside)
        canvas.explain(inside, _("All players: {keys}").format(keys=self.sort_text()))
        canvas.explain(status, _("What is going on, or what to do next"))
        canvas.explain(details, _("The chosen player: test, training and network"))
        self._draw_status(canvas, status)
        entry = self._selected
        if entry is not None:
            inside = draw_wrapping_panel(canvas, details, entry.display_name)
            result = self._evaluation.result(entry)
            self._num_pages = draw_details(canvas, inside, entry, result, self._page)

    def _draw_status(self, canvas: Canvas, rect: Rect) -> None:
        """Draw the line under the table: what is going on, or what to do next."""
        theme = canvas.theme
        if self._evaluation.name is not None:
            bar, rect = cut_bottom(rect, canvas.units(3))
            canvas.fill(bar, theme.well)
            canvas.fill(
                Rect(bar.x, bar.y, round(bar.width * self._evaluation.share), bar.height), theme.accent
            )
            text, color = self._evaluation.text, theme.text_dim
        elif self.context.jobs.current is not None:
            text, color = f"{self.context.jobs.current}...", theme.accent
        elif self.context.models.num_found is not None and not self._entries:
            text, color = (
                _("Reading models: {count} so far").format(count=self.context.models.num_found),
                theme.text_dim,
            )
        elif self._duel_side is not None:
            text, color = _("Choose an opponent for {name}").format(name=self._duel_side), theme.accent
        else:
            text, color = "" if self.context.is_locked else _("Drop a model file here"), theme.text_faint
        canvas.text_in(text, rect, color, align="left")
