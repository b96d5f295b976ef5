"""The training screen: its board, statistics and graphs, and the keys that control the training."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from pygame import Rect

from tetris_arcade.config.evaluation import STANDARD_TEST
from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.languages import N_, _, capitalized, format_number
from tetris_arcade.scenes.agent_view import AgentView
from tetris_arcade.scenes.base import KeyBinding, Pop, Push, Replace, Scene, Transition, bind
from tetris_arcade.scenes.context import Context, TrainingClient
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.local_game import LocalGame
from tetris_arcade.scenes.model_info import board_label, board_text
from tetris_arcade.scenes.narration import Narration
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.scenes.play.board_sounds import BoardSounds
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.hand_over import HandOverRequest
from tetris_arcade.scenes.play.model_ages import CURRENT_RUN, read_model_ages
from tetris_arcade.scenes.play.take_over import TakeOverScene
from tetris_arcade.scenes.play.then_and_now import open_then_and_now
from tetris_arcade.scenes.playback_controls import (
    press_text,
    toggle_pause,
    training_speed_binding,
    training_step_binding,
)
from tetris_arcade.scenes.slot_name_entry import ask_slot_name
from tetris_arcade.scenes.startup_text import STATE_NAMES, stage_text
from tetris_arcade.scenes.training.inside.scene import InsideScene
from tetris_arcade.scenes.training.layout import (
    cut_qr_panel,
    draw_celebration,
    draw_queue,
    draw_stat_groups,
    draw_state,
    train_layout,
)
from tetris_arcade.scenes.training.start_board import StartBoard, make_start_board
from tetris_arcade.scenes.training.stats import (
    NUM_GRAPH_PAGES,
    clock_text,
    graph_page,
    learning_stats,
    line_stats,
    progress_stats,
    save_stat,
    state_color,
)
from tetris_arcade.scenes.training.tuning import TuningScene
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.saved_run import load_saved_run
from tetris_arcade.storage.slot_names import normalize_name
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.board import BoardModel
from tetris_arcade.ui.widgets.board_mosaic import BoardMosaic
from tetris_arcade.ui.widgets.graph import GraphPanel
from tetris_arcade.ui.widgets.notice import draw_notice, draw_strip
from tetris_arcade.ui.widgets.qr_code import draw_qr_panel
from tetris_arcade.worker.shared.board_record import read_board
from tetris_arcade.worker.shared.messages import (
    NewBest,
    Noted,
    Report,
    Save,
    Saved,
    SaveFailed,
    SaveSlot,
    SetInStep,
    SetVisuals,
    TrainTask,
    Warned,
    WorkerState,
)

_CELEBRATION_SECONDS = 2.6
_MIN_CELEBRATED_LINES, _MIN_GAIN = 10.0, 1.05
"""Lines from which a new best is celebrated, and by which factor it must exceed the last celebrated one."""
_AT_REST = (WorkerState.IDLE, WorkerState.STOPPED, WorkerState.FAILED)
_READ_ONLY = N_("Training cannot be changed on this display")
_WATCHED_LINE = (N_("Another program trains"), N_("You are watching"))
_STOP_QUESTION = N_("Another program runs this training. Stop it there?\nIt saves first.")
_STOP_OPTIONS = [("continue", N_("Keep it running")), ("stop", N_("Save and stop it"))]


@dataclass(frozen=True)
class _Celebration:
    lines: float
    since: float


class TrainScene(Scene):
    """Shows and controls the training process, which keeps running when this screen is left."""

    title = "Training"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._frame: Any = None
        self._series: Any = None
        self._played, self._starting = BoardPlayer(), BoardPlayer()
        self._sounds = BoardSounds(context.audio, only_clears=True)
        self._has_board = False
        self._start_board: StartBoard | None = None
        """Shown until the training has a board."""
        self._now = 0.0
        self._page = 0
        self._graphs = graph_page(self._client.series, self._page, self._client.learner)
        self._panel = GraphPanel()
        self._narration = Narration()
        self._agent = AgentView(context)
        self._shows_games = False
        self._mosaic = BoardMosaic()
        self._shows_qr_code = context.is_kiosk and context.settings.kiosk.qr_code
        self._celebration: _Celebration | None = None
        self._new_best_lines: float | None = None
        self._save_failure: str | None = None
        self._celebrated_lines = 0.0
        self._saved_at = 0.0
        self._graphs_rect = Rect(0, 0, 0, 0)
        self._hand_over = HandOverRequest(context, context.trainer)

    @property
    def _client(self) -> TrainingClient:
        return self.context.trainer

    @property
    def is_still(self) -> bool:
        is_resting = self._start_board is None and self._celebration is None and not self._board.is_moving
        return is_resting and self._client.state is WorkerState.PAUSED

    def enter(self) -> None:
        # The memory of a process that only waits for a demo is better used by the training.
        if not self.context.player.is_busy:
            self.context.player.stop()

    # --- Updates ---

    def update(self, now: float, dt: float) -> Transition | None:
        self._now = now
        self._update_board(dt)
        if self._client.series is not self._series:
            self._series = self._client.series
            self._graphs = graph_page(self._series, self._page, self._client.learner)
        self._narration.update(self._client, now)
        if self._celebration is not None and now - self._celebration.since > _CELEBRATION_SECONDS:
            self._celebration = None
        position = self._hand_over.take()
        return None if position is None else Push(TakeOverScene(self.context, position, self._play_on))

    def _play_on(self, position: GamePosition | None) -> Transition:
        """Let the network as it was saved last play on from what a person leaves; the training continues."""
        if position is None:
            return Pop()
        return Replace(DemoScene(self.context, "latest", start=position))

    def _take_over(self) -> None:
        """Ask for the game that is shown; to play on from it, the network has to be saved."""
        if self._hand_over.send() and not self.context.paths.latest.is_dir():
            self._client.send(Save())

    @property
    def _board(self) -> BoardPlayer:
        """The board that is shown: that of the training, or what it starts from."""
        return self._played if self._start_board is None else self._starting

    @property
    def _view(self) -> BoardModel:
        return self._board.view

    def _update_board(self, dt: float) -> None:
        """Show the newest board, with its sounds, or what the training starts from."""
        view = self._played.view
        if self._client.frame is not self._frame:
            self._frame = self._client.frame
            if self._frame["num_boards"]:
                view = read_board(self._frame["boards"][0], BoardModel)
                self._start_board, self._has_board = None, True
        self._show_start(dt)
        if self._start_board is None:
            paused = self._client.is_paused
            self._played.show_view(view, dt, is_paused=paused, shows_values=self._agent.is_shown)
            if self._client.visuals:
                self._sounds.follow(self._played)

    def _show_start(self, dt: float) -> None:
        """Show what the training starts from until it has a board."""
        task = self._client.task
        if self._start_board is None and not self._has_board and isinstance(task, TrainTask):
            self._start_board = make_start_board(self.context.paths, task)
        if self._start_board is None:
            return
        if not self.context.settings.display.reduced_motion:
            self._start_board.advance(dt)
        self._starting.show_moment(self._start_board.view, self._start_board.progress, dt)

    def on_report(self, source: str, report: Report) -> None:
        if source != "trainer":
            return
        self._hand_over.on_report(report)
        match report:
            case NewBest(lines, _):
                self._new_best_lines = lines
            case Saved("best", _):
                self._celebrate()
            case Saved("latest", _):
                self._saved_at, self._save_failure = time.time(), None
            case Saved("slot", name):
                self.context.notify(_('Saved as "{name}"').format(name=name), "success")
            case SaveFailed(reason):
                self._report_save_failure(reason)
            case Noted(text):
                self.context.notify(text, "info")
            case Warned(text):
                self.context.notify(text, "warning")

    def _report_save_failure(self, reason: str) -> None:
        """Say it once: saving is tried again every few seconds, and other messages must be seen as well."""
        if reason != self._save_failure:
            self._save_failure = reason
            self.context.notify(_("Not saved: {reason}").format(reason=reason), "error")

    def _celebrate(self) -> None:
        """Celebrate the new best, which is saved now, unless it is hardly better than the last one."""
        lines, self._new_best_lines = self._new_best_lines, None
        if lines is None or lines < max(_MIN_CELEBRATED_LINES, self._celebrated_lines * _MIN_GAIN):
            return
        self._celebrated_lines = lines
        self._celebration = _Celebration(lines, self._now)
        self._played.effects.celebrate()
        self.context.audio.play("best")

    # --- Keys ---

    def bindings(self) -> list[KeyBinding]:
        graphs = bind(
            _("graphs {page}/{pages}").format(page=self._page + 1, pages=NUM_GRAPH_PAGES),
            self._turn_page,
            Action.GRAPH_PAGE,
        )
        values = self._agent.toggle_binding()
        inside = bind(_("inside"), self._look_inside, Action.INSIDE)
        all_games = bind(
            _("show the graphs") if self._shows_games else _("all games"),
            self._toggle_games,
            Action.ALL_GAMES,
        )
        back = bind(_("back"), self._go_back, Action.BACK)
        codes = [] if self.context.watcher_url is None else [self._qr_code_binding()]
        # A read-only display does not show the keys that it refuses.
        locked = self._is_locked
        if self._is_at_rest:
            is_shown = not self.context.is_locked
            restart = bind(_("continue training") if is_shown else "", self._restart, Action.CONFIRM)
            return [
                restart,
                values,
                *(self._agent.own_bindings() or [graphs]),
                inside,
                self._ages_binding(),
                *codes,
                back,
            ]
        return [
            bind(_("resume") if self._client.is_paused else _("pause"), self._toggle_pause, Action.PAUSE),
            training_speed_binding(self._client),
            *([] if self.context.is_watching else [bind(_("take over"), self._take_over, Action.TAKE_OVER)]),
            bind(
                _("hide the board") if self._client.visuals else _("show the board"),
                self._toggle_board,
                Action.VISUALS,
            ),
            values,
            *(self._agent.own_bindings() or [graphs]),
            inside,
            bind("" if locked else _("change"), self._change, Action.CHANGE),
            all_games,
            self._in_step_binding(),
            self._ages_binding(),
            bind("" if locked else _("save copy"), self._ask_name, Action.SAVE),
            bind("" if locked else _("save and stop"), self._stop, Action.STOP),
            training_step_binding(self._client),
            *codes,
            back,
        ]

    def handle(self, event: InputEvent) -> Transition | None:
        position = event.position if event.clicked else None
        is_compared = position is not None and self._agent.click(position)
        if position is not None and not is_compared and self._graphs_rect.collidepoint(position):
            self._turn_page()
        return super().handle(event)

    @property
    def _is_at_rest(self) -> bool:
        return self._client.state in _AT_REST

    def _go_back(self) -> Transition:
        if not self._is_at_rest:
            self.context.notify(self._background_text(), "info")
        return Pop()

    def _background_text(self) -> str:
        """What the training does after this screen is left."""
        if self._client.state is WorkerState.STOPPING:
            return _("Training is being saved and stopped")
        return (
            _("Training stays paused")
            if self._client.is_paused
            else _("Training continues in the background")
        )

    def _toggle_pause(self) -> None:
        toggle_pause(self._client)

    def _toggle_board(self) -> None:
        self._client.send(SetVisuals(not self._client.visuals))

    def _change(self) -> Transition | None:
        return None if self._is_refused(self._is_locked) else Push(TuningScene(self.context))

    def _look_inside(self) -> Transition:
        return Push(InsideScene(self.context))

    def _toggle_games(self) -> None:
        self._shows_games = not self._shows_games

    def _in_step_binding(self) -> KeyBinding:
        is_in_step = self._client.is_in_step
        return bind(
            _("train at full speed") if is_in_step else _("train in step"),
            lambda: self._set_in_step(not is_in_step),
            Action.IN_STEP,
        )

    def _ages_binding(self) -> KeyBinding:
        text = _("then and now") if self.context.is_open("demo") else ""
        return bind(text, self._open_ages, Action.THEN_AND_NOW)

    def _open_ages(self) -> Transition | None:
        """Go to the ages of the run; a run that was not saved yet is saved for it."""
        if not self.context.is_open("demo"):
            return None
        if read_model_ages(self.context.paths, CURRENT_RUN) is not None:
            return open_then_and_now(self.context, CURRENT_RUN)
        self._client.send(Save())
        self.context.notify(_("The run is being saved: try again in a moment"), "info")
        return None

    def _set_in_step(self, on: bool) -> None:
        self._client.send(SetInStep(on))
        if on:
            text = _("In step: the training makes each move only when the board shows it.")
        else:
            text = _("The training runs at full speed. Beside it, its newest network plays a game for you.")
        self.context.notify(text, "info")

    def _qr_code_binding(self) -> KeyBinding:
        text = _("hide the QR code") if self._shows_qr_code else _("watch in a browser")
        return bind(text, self._toggle_qr_code, Action.QR_CODE)

    def _toggle_qr_code(self) -> None:
        self._shows_qr_code = not self._shows_qr_code

    def _turn_page(self) -> None:
        self._page = (self._page + 1) % NUM_GRAPH_PAGES
        self._graphs = graph_page(self._client.series, self._page, self._client.learner)

    @property
    def _is_locked(self) -> bool:
        """Whether this window may neither save nor stop the training; one that it watches, it may."""
        return self.context.is_locked and (self.context.is_kiosk or not self.context.is_watching)

    def _stop(self) -> Transition | None:
        if self._is_refused(self._is_locked):
            return None
        if self.context.is_watching:
            options = [(key, _(text)) for key, text in _STOP_OPTIONS]
            return Push(ChoiceDialog(self.context, _(_STOP_QUESTION), options, self._answer_stop))
        self._client.stop()
        return None

    def _answer_stop(self, option: str) -> None:
        if option == "stop":
            self._client.stop()

    def _restart(self) -> None:
        """Continue from the saved run after a stop; try again after a failure."""
        task = self._client.task
        if not isinstance(task, TrainTask) or self._is_refused(self.context.is_locked):
            return
        was_stopped = self._client.state is WorkerState.STOPPED
        saved = load_saved_run(self.context.paths)
        if was_stopped and saved.config is not None:
            task = replace(task, config=saved.continued(task.config.goal_lines))
        if was_stopped or self._client.has_started:
            task = replace(task, resume=True, kept_run=None)  # Its own run is `latest` by now.
        self._client.start(replace(task, paused=False))

    def _ask_name(self) -> Transition | None:
        if self._is_refused(self._is_locked):
            return None
        if self._client.state is WorkerState.STARTING:
            is_new = not int(self._client.frame["counters"]["timesteps"]) and not self._resumes_run
            text = (
                _("Nothing to save yet") if is_new else _("Training is still starting, try again in a moment")
            )
            self.context.notify(text, "info")
            return None
        name = f"run-{int(self._client.frame['counters']['timesteps']) // 1000}k"
        return Push(ask_slot_name(self.context, _("Name this copy"), name, self._save_slot))

    @property
    def _resumes_run(self) -> bool:
        """Whether the training that starts continues another one."""
        task = self._client.task
        return isinstance(task, TrainTask) and (task.resume or task.kept_run is not None)

    def _save_slot(self, name: str, overwrite: bool) -> None:
        if not self._client.send(SaveSlot(normalize_name(name), overwrite)):
            raise StorageError("Not saved: training is busy, try again")

    def _is_refused(self, is_locked: bool) -> bool:
        if is_locked:
            self.context.notify(_(_READ_ONLY), "warning")
        return is_locked

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        client, theme, counters = self._client, canvas.theme, self._client.frame["counters"]
        state_lines = self._state_lines()
        wording = self.context.settings.display.wording
        layout = train_layout(
            canvas,
            canvas.rect,
            self._view.height,
            state_lines,
            lambda width: self._narration.height(canvas, width, wording),
        )
        self._narration.draw(canvas, layout.narration, wording, self._board.effects)
        is_hidden = not client.visuals and not self._is_at_rest
        draw_state(
            canvas,
            layout.state,
            self._state_name,
            state_color(theme, client.state),
            state_lines,
            warns=bool(counters["unsaved_since"]),
        )
        groups = (
            progress_stats(
                counters,
                None if is_hidden else client.speed,
                is_in_step=client.is_in_step or is_hidden,
            ),
            line_stats(theme, counters, 0 if isinstance(self._start_board, LocalGame) else self._view.lines),
            [*learning_stats(theme, counters), save_stat(theme, counters, self._saved_at)],
        )
        draw_stat_groups(canvas, layout.stats, groups)
        well = self._board.draw(
            canvas,
            layout.board,
            show_values=self._agent.is_shown,
            other=self._agent.other(self._view),
            dim=is_hidden or self._start_board is not None,
        )
        self._draw_over_board(canvas, well)
        draw_queue(
            canvas,
            layout.queue,
            self._view.next_pieces,
            greedy=None if self._start_board is not None else self._view.greedy,
            throw=self._view.move % 6 + 1,
            is_live=not self._view.is_empty and not is_hidden,
        )
        if self._agent.is_shown:
            self._graphs_rect = Rect(0, 0, 0, 0)
            self._agent.draw(canvas, layout.graphs, self._view, self._board.progress)
        else:
            self._draw_graphs(canvas, layout.graphs)
        canvas.explain(layout.state, _("What the training does, and its rules"))
        canvas.explain(layout.stats, _("How far it is, and how well it plays"))
        canvas.explain(layout.board, self._board_explanation)
        canvas.explain(layout.queue, _("The next pieces, and how this move was chosen"))

    @property
    def _state_name(self) -> str:
        is_in_step = self._client.is_in_step and self._client.state is WorkerState.RUNNING
        return _("IN STEP") if is_in_step else _(STATE_NAMES[self._client.state])

    @property
    def _board_explanation(self) -> str:
        if self._client.is_in_step:
            return _("One of the games from which it learns")
        return _("A game beside the training, played by its newest network")

    def _draw_graphs(self, canvas: Canvas, rect: Rect) -> None:
        """Draw the graphs or all games, and below or beside them the address for browsers."""
        url = self.context.watcher_url if self._shows_qr_code else None
        if url is not None:
            rect, place = cut_qr_panel(canvas, rect, url)
            draw_qr_panel(canvas, place, url)
            canvas.explain(place, _("Scan it to watch on a phone"))
        self._graphs_rect = rect
        if self._shows_games:
            self._mosaic.draw(canvas, rect, self._client.frame["games"])
            canvas.explain(rect, _("All games from which it learns, four times a second"))
            return
        self._panel.draw(canvas, rect, self._graphs)
        canvas.explain(rect, _("What it has learned so far: moves practised run to the right"))

    def _state_lines(self) -> list[tuple[str, ...]]:
        """The lines below the state, each in versions that get shorter."""
        unsaved = float(self._client.frame["counters"]["unsaved_since"])
        if unsaved:
            return [
                (_("NOT SAVED SINCE {time}").format(time=clock_text(unsaved)), _("NOT SAVED")),
                (_("Is the disk full?"), _("Disk full?")),
            ]
        task = self._client.task
        if not isinstance(task, TrainTask):
            return []
        config, env = task.config, task.config.env
        goal = config.goal_lines
        more = (
            _("seed {seed}").format(seed=config.seed)
            if goal is None
            else _("goal {goal} in the test").format(goal=format_number(goal, "g"))
        )
        reward = _("Reward: {reward}").format(reward=_(env.reward))
        lines: list[tuple[str, ...]] = [
            (f"{reward}, {more}", reward),
            tuple(capitalized(text(env.pieces, env.height)) for text in (board_text, board_label)),
            _test_line(),
        ]
        return [tuple(map(_, _WATCHED_LINE)), *lines] if self.context.is_watching else lines

    def _draw_over_board(self, canvas: Canvas, well: Rect) -> None:
        client, theme = self._client, canvas.theme
        match client.state:
            case WorkerState.STARTING:
                fraction = 0.0 if client.stage is None else client.stage.fraction
                text = stage_text(client.stage)
                draw_notice(canvas, well, _("STARTING TRAINING"), [text], theme.accent, fraction)
            case WorkerState.STOPPING:
                draw_notice(canvas, well, _("SAVING..."), [_("one moment")], theme.accent)
            case WorkerState.STOPPED | WorkerState.IDLE:
                lines = [client.message]
                if not self.context.is_watching:
                    lines.append(press_text(self.context, Action.CONFIRM, _("Press {key} to continue.")))
                draw_notice(canvas, well, _("TRAINING STOPPED"), lines, theme.accent)
            case WorkerState.FAILED:
                lines = [
                    client.message,
                    press_text(self.context, Action.CONFIRM, _("Press {key} to try again.")),
                ]
                draw_notice(canvas, well, _("TRAINING FAILED"), lines, theme.error)
            case WorkerState.RESTARTING:
                text = _("Training is restarting (details in the log)")
                draw_notice(canvas, well, _("ONE MOMENT"), [text], theme.warning)
            case WorkerState.PAUSED:
                draw_strip(canvas, well, _("PAUSED"), theme.warning)
            case _ if not client.visuals:
                lines = [
                    _("Training at full speed."),
                    press_text(self.context, Action.VISUALS, _("Press {key} to show it.")),
                ]
                draw_notice(canvas, well, _("BOARD HIDDEN"), lines, theme.accent)
        if self._celebration is not None:
            draw_celebration(canvas, well, self._celebration.lines)


def _test_line() -> tuple[str, str]:
    """The test of a training, in forms that get shorter."""
    board = board_label(STANDARD_TEST.pieces, STANDARD_TEST.height)
    long = _("Tested on {games} games: {board}").format(games=STANDARD_TEST.games, board=board)
    return long, _("Test: {test}").format(test=board)
