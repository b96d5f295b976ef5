"""The training, live: its board, its figures and its graphs, and everything that steers it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from pygame import Rect

from tetris_arcade.scenes.base import Pop, Push, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.speeds import faster, slower, speed_name
from tetris_arcade.scenes.training.layout import (
    draw_celebration,
    draw_figures,
    draw_queue,
    draw_state,
    train_layout,
)
from tetris_arcade.scenes.training.stats import (
    NUM_GRAPH_PAGES,
    STATE_NAMES,
    clock,
    graph_page,
    learning_stats,
    line_stats,
    progress_stats,
    save_stat,
    stage_text,
    state_color,
)
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.slot_names import normalize_name
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.board import BoardModel, draw_board, empty_view
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.graph import GraphPanel
from tetris_arcade.ui.widgets.notice import draw_notice, draw_strip
from tetris_arcade.ui.widgets.piece_animation import MoveAnimation
from tetris_arcade.worker.shared.board_record import read_board
from tetris_arcade.worker.shared.messages import (
    GOAL_REACHED,
    NewBest,
    Pause,
    Report,
    Resume,
    Saved,
    SaveFailed,
    SaveSlot,
    SetSpeed,
    SetVisuals,
    Step,
    TrainTask,
    Warned,
    WorkerState,
)

_CELEBRATION_SECONDS = 2.6
_AT_REST = (WorkerState.IDLE, WorkerState.STOPPED, WorkerState.FAILED)


@dataclass(frozen=True)
class _Celebration:
    lines: float
    since: float


class TrainScene(Scene):
    """Watches and steers the training process, which goes on when this screen is left."""

    title = "Training"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._client = context.trainer
        self._frame: Any = None
        self._series: Any = None
        self._view = empty_view()
        self._clock = MoveAnimation()
        self._progress = 1.0
        self._now = 0.0
        self._page = 0
        self._graphs = graph_page(self._client.series, self._page)
        self._panel = GraphPanel()
        self._shows_values = False
        self._celebration: _Celebration | None = None
        self._saved_at = 0.0
        self._graphs_rect = Rect(0, 0, 0, 0)

    # --- Moving on ---

    def update(self, now: float, dt: float) -> Transition | None:
        self._now = now
        if self._client.frame is not self._frame:
            self._frame = self._client.frame
            if self._frame["num_boards"]:
                self._view = read_board(self._frame["boards"][0], BoardModel)
        if self._client.series is not self._series:
            self._series = self._client.series
            self._graphs = graph_page(self._series, self._page)
        self._progress = self._clock.advance(self._view, dt, is_paused=self._client.is_paused)
        if self._celebration is not None and now - self._celebration.since > _CELEBRATION_SECONDS:
            self._celebration = None
        return None

    def on_report(self, source: str, report: Report) -> None:
        if source != "trainer":
            return
        match report:
            case NewBest(lines, _):
                self._celebration = _Celebration(lines, self._now)
                self.context.audio.play("best")
            case Saved("latest", _):
                self._saved_at = time.time()
            case Saved("slot", name):
                self.context.notify(f"saved to the slot {name}", "success")
            case SaveFailed(reason):
                self.context.notify(f"not saved: {reason}", "error")
            case Warned(text):
                self.context.notify(text, "warning")

    # --- Steering ---

    def handle(self, event: InputEvent) -> Transition | None:
        if event.clicked and event.position is not None and self._graphs_rect.collidepoint(event.position):
            self._turn_page()
            return None
        match event.action:
            case Action.BACK:
                return self._go_back()
            case Action.CONFIRM:
                self._start_again()
            case Action.PAUSE:
                self._client.send(Resume() if self._client.is_paused else Pause())
            case Action.STEP:
                self._step()
            case Action.FASTER:
                self._set_speed(faster(self._client.speed))
            case Action.SLOWER:
                self._set_speed(slower(self._client.speed))
            case Action.VISUALS:
                self._client.send(SetVisuals(not self._client.visuals))
            case Action.VALUES:
                self._shows_values = not self._shows_values
            case Action.GRAPH_PAGE:
                self._turn_page()
            case Action.SAVE:
                return self._ask_name()
            case Action.STOP:
                self._stop()
        return None

    def hints(self) -> list[Hint]:
        if self._client.state in _AT_REST:
            again = [] if self.context.is_locked else [Hint("train on", Action.CONFIRM)]
            return [*again, Hint("graphs", Action.GRAPH_PAGE), Hint("back", Action.BACK)]
        return [
            Hint("go on" if self._client.is_paused else "pause", Action.PAUSE),
            Hint("speed", Action.FASTER, Action.SLOWER),
            Hint("visuals", Action.VISUALS),
            Hint("agent's view", Action.VALUES),
            Hint(f"graphs {self._page + 1}/{NUM_GRAPH_PAGES}", Action.GRAPH_PAGE),
            *([] if self.context.is_locked else [Hint("save slot", Action.SAVE), Hint("stop", Action.STOP)]),
            Hint("one step", Action.STEP),
            Hint("back", Action.BACK),
        ]

    def _go_back(self) -> Transition:
        if self._client.state not in _AT_REST:
            self.context.notify("the training goes on in the background", "info")
        return Pop()

    def _turn_page(self) -> None:
        self._page = (self._page + 1) % NUM_GRAPH_PAGES
        self._graphs = graph_page(self._client.series, self._page)

    def _step(self) -> None:
        if not self._client.is_paused:
            self._client.send(Pause())
        self._client.send(Step())

    def _set_speed(self, speed: float | None) -> None:
        self._client.send(SetSpeed(speed))

    def _stop(self) -> None:
        if self._is_refused("stop the training"):
            return
        self._client.stop()

    def _start_again(self) -> None:
        """Go on after a stop, from what was saved; try again after a failure."""
        task = self._client.task
        if self._client.state not in _AT_REST or not isinstance(task, TrainTask) or self._is_refused("train"):
            return
        has_stopped = self._client.state is WorkerState.STOPPED
        if GOAL_REACHED in self._client.message:  # else it would end again at once
            task = replace(task, config=replace(task.config, goal_lines=None))
        self._client.start(replace(task, resume=has_stopped or task.resume, paused=False))

    def _ask_name(self) -> Transition | None:
        if self._client.state in _AT_REST or self._is_refused("save"):
            return None
        if self._client.state is WorkerState.STARTING:
            self.context.notify("there is nothing to save yet", "info")
            return None
        initial = f"run-{int(self._client.frame['counters']['timesteps']) // 1000}k"
        return Push(NameEntryScene(self.context, "Save to the slot", initial, self._save_slot))

    def _save_slot(self, name: str) -> Transition | None:
        try:
            asked = SaveSlot(normalize_name(name))
        except StorageError as error:
            self.context.notify(str(error), "error")
            return None
        if not self._client.send(asked):
            self.context.notify("the trainer does not take commands now, try again", "warning")
        return None

    def _is_refused(self, what: str) -> bool:
        if self.context.is_locked:
            self.context.notify(f"this display only shows, it does not {what}", "warning")
            return True
        return False

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        client, theme, counters = self._client, canvas.theme, self._client.frame["counters"]
        layout = train_layout(canvas, canvas.rect, self._view.height)
        is_still = not client.visuals and client.state not in _AT_REST
        draw_state(
            canvas,
            layout.state,
            STATE_NAMES[client.state],
            state_color(theme, client.state),
            self._state_lines(),
            warns=bool(counters["unsaved_since"]),
        )
        groups = (
            progress_stats(counters),
            line_stats(theme, counters, self._view.lines),
            [*learning_stats(theme, counters), save_stat(theme, counters, self._saved_at)],
        )
        draw_figures(canvas, layout.figures, groups)
        well = draw_board(
            canvas, layout.board, self._view, self._progress, show_values=self._shows_values, dim=is_still
        )
        self._draw_over_board(canvas, well)
        draw_queue(
            canvas,
            layout.queue,
            self._view.next_pieces,
            "FULL" if is_still else speed_name(client.speed),
            greedy=self._view.greedy,
            is_live=not self._view.is_empty and not is_still,
        )
        self._graphs_rect = layout.graphs
        self._panel.draw(canvas, layout.graphs, self._graphs)

    def _state_lines(self) -> list[str]:
        counters = self._client.frame["counters"]
        unsaved = float(counters["unsaved_since"])
        if unsaved:
            return [f"NOT SAVED SINCE {clock(unsaved)}", "is the disk full?"]
        task = self._client.task
        if not isinstance(task, TrainTask):
            return []
        env = task.config.env
        goal = task.config.goal_lines
        about = f"seed {task.config.seed}" if goal is None else f"goal {goal:g} lines"
        return [f"{env.reward} reward, {env.pieces}", f"height {env.height}, {about}"]

    def _draw_over_board(self, canvas: Canvas, well: Rect) -> None:
        client, theme, say = self._client, canvas.theme, self.context.format_hint
        match client.state:
            case WorkerState.STARTING:
                stage = client.stage
                fraction = 0.0 if stage is None else stage.fraction
                draw_notice(canvas, well, "STARTING THE TRAINER", [stage_text(stage)], theme.accent, fraction)
            case WorkerState.STOPPING:
                draw_notice(canvas, well, "SAVING AND STOPPING", ["one moment"], theme.accent)
            case WorkerState.STOPPED | WorkerState.IDLE:
                lines = [client.message, say(Hint("trains on", Action.CONFIRM))]
                draw_notice(canvas, well, "TRAINING STOPPED", lines, theme.accent)
            case WorkerState.FAILED:
                lines = [client.message, say(Hint("tries again", Action.CONFIRM))]
                draw_notice(canvas, well, "TRAINING FAILED", lines, theme.error)
            case WorkerState.RESTARTING:
                draw_notice(canvas, well, "THE TRAINER DIED", [client.message], theme.warning)
            case WorkerState.PAUSED:
                draw_strip(canvas, well, "PAUSED", theme.warning)
            case _ if not client.visuals:
                lines = ["full speed", say(Hint("shows the board", Action.VISUALS))]
                draw_notice(canvas, well, "VISUALS OFF", lines, theme.accent)
        if self._celebration is not None:
            age = (self._now - self._celebration.since) / _CELEBRATION_SECONDS
            draw_celebration(canvas, well, self._celebration.lines, age)
