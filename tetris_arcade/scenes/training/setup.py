"""Before a training: go on with the saved run, or begin a new one and say what is played."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pygame import Rect

from tetris_arcade.config.env import MAX_HEIGHT, MIN_HEIGHT
from tetris_arcade.config.settings import TrainingSettings
from tetris_arcade.config.training import IncompatibleCheckpointError, TrainConfig, config_from_settings
from tetris_arcade.scenes.base import Pop, Replace, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.model_info import learning_curve
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.untrained_game import UntrainedGame
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import StorageError, UnknownModelError
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cut_bottom, cut_left, cut_top, inset, is_portrait
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.graph import GraphPanel
from tetris_arcade.ui.widgets.menu import Entry, Menu
from tetris_arcade.ui.widgets.stat_line import number
from tetris_arcade.worker.shared.messages import TrainTask

_CAPTIONS = ("before it has learnt", "untrained")
_PANEL_UNITS, _PANEL_LETTERS = 330, 29
_PICTURE_UNITS, _MIN_PICTURE_UNITS, _BETWEEN_UNITS = 220, 80, 24
_REWARDS = ("lines", "score", "shaped")
_PIECES = ("bag", "uniform")
_GOALS = (None, 10.0, 50.0, 100.0, 200.0, 400.0, 600.0, 800.0, 900.0, 990.0)
_ABOUT = {
    "resume": "Everything goes on where it was saved: network, memory, games and random numbers.",
    "fresh": "A new network learns from nothing. A saved run is kept aside, not lost.",
    "reward lines": "One point for each line that is cleared.",
    "reward score": "One point for each piece, and ten times the square of the lines cleared at once.",
    "reward shaped": "The score, less what a move adds in holes, height and roughness.",
    "pieces bag": "Each of the seven pieces once, then all seven again.",
    "pieces uniform": "Any piece at any time, which is harder.",
    "height": "Rows of the board. Low ceilings end games early.",
    "seed": "The same seed gives the same run.",
    "goal": "The training ends, saved, when its last games clear so many lines on average.",
}


class TrainingSetupScene(Scene):
    """Chooses what is trained, and starts it."""

    title = "Train"
    header = "Train an agent"
    has_music = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._choice: TrainingSettings = context.settings.training
        self._saved, self._config, self._fault = find_saved(context)
        self._menu = Menu(self._entries())
        self._preview = self._new_preview()
        self._curve = None if self._saved is None else learning_curve(self._saved)
        self._graphs = GraphPanel()

    def update(self, now: float, dt: float) -> Transition | None:
        if not self.context.settings.display.reduced_motion:
            self._preview.advance(dt)
        return Replace(TrainScene(self.context)) if self.context.trainer.is_busy else None

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is Action.BACK:
            return Pop()
        before = self._menu.chosen
        key = self._menu.handle(event)
        if self._menu.chosen != before:
            self.context.audio.play("move")
        self._menu.replace(self._entries())
        return self._start(key == "resume") if key in ("resume", "fresh") else None

    def hints(self) -> list[Hint]:
        return [
            Hint("start", Action.CONFIRM),
            Hint("move", Action.UP, Action.DOWN),
            Hint("change", Action.LEFT, Action.RIGHT),
            Hint("back", Action.BACK),
        ]

    def _start(self, resume: bool) -> Transition | None:
        if self.context.another_program_writes:
            self.context.notify(
                "another program uses this data folder: nothing can be trained here", "warning"
            )
            return None
        config = self._config if resume else config_from_settings(self._choice)
        assert config is not None
        config = replace(config, goal_lines=self._choice.goal_lines)
        if self._choice != self.context.settings.training:
            self.context.change_settings(replace(self.context.settings, training=self._choice))
        self.context.audio.play("confirm")
        self.context.trainer.start(TrainTask(config=config, resume=resume, speed=self._choice.speed))
        return Replace(TrainScene(self.context))

    # --- The menu ---

    def _entries(self) -> list[Entry]:
        choice = self._choice
        entries = [
            Entry("fresh", "Start fresh"),
            Entry(
                "reward",
                "Reward",
                choice.reward,
                lambda by: self._set(reward=_turn(_REWARDS, choice.reward, by)),
            ),
            Entry(
                "pieces",
                "Pieces",
                choice.pieces,
                lambda by: self._set(pieces=_turn(_PIECES, choice.pieces, by)),
            ),
            Entry("height", "Board height", str(choice.height), self._change_height),
            Entry("seed", "Seed", str(choice.seed), lambda by: self._set(seed=(choice.seed + by) % 10_000)),
            Entry("goal", "Goal", _goal_name(choice.goal_lines), self._change_goal),
        ]
        if self._config is not None:
            entries.insert(0, Entry("resume", "Go on with the saved run"))
        return entries

    def _change_height(self, by: int) -> None:
        self._set(height=min(MAX_HEIGHT, max(MIN_HEIGHT, self._choice.height + by)))

    def _change_goal(self, by: int) -> None:
        now = self._choice.goal_lines
        index = _GOALS.index(now) if now in _GOALS else 0
        self._set(goal_lines=_GOALS[(index + by) % len(_GOALS)])

    def _set(self, **changes: Any) -> None:
        self._choice = replace(self._choice, **changes)
        self._preview = self._new_preview()

    def _new_preview(self) -> UntrainedGame:
        """The board that is asked for, played as at the very beginning."""
        choice = self._choice
        return UntrainedGame(choice.pieces, choice.height, choice.seed, moves=choice.height // 2)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        panel, picture = self._places(canvas)
        self._draw_panel(canvas, panel)
        if self._menu.current.key == "resume" and self._curve is not None:
            wide = centered(picture, picture.width, min(picture.height, picture.width * 3 // 4))
            self._graphs.draw(canvas, wide, [self._curve])
            return
        if not picture.width:
            return
        caption, board = cut_bottom(picture, canvas.line_height())
        well = draw_board(canvas, board, self._preview.view, self._preview.progress, dim=True)
        below = Rect(caption.x, well.bottom + canvas.units(5), caption.width, canvas.text_height())
        words = next((words for words in _CAPTIONS if canvas.text_width(words) <= below.width), "")
        canvas.text_in(words, below, canvas.theme.text_faint)

    def _places(self, canvas: Canvas) -> tuple[Rect, Rect]:
        """The panel, and the picture beside it or, on an upright screen, under it; both in the middle."""
        units = canvas.units
        area = inset(canvas.rect, units(8))
        if is_portrait(canvas.rect):
            panel, picture = cut_top(area, self._panel_height(canvas, area.width), units(12))
            return panel, picture
        width = min(area.width, max(units(_PANEL_UNITS), canvas.text_width("0" * _PANEL_LETTERS)))
        beside = min(units(_PICTURE_UNITS), area.width - width - units(_BETWEEN_UNITS))
        if beside < units(_MIN_PICTURE_UNITS):
            alone = centered(area, width, min(area.height, self._panel_height(canvas, width)))
            return alone, Rect(0, 0, 0, 0)
        both = centered(area, width + units(_BETWEEN_UNITS) + beside, area.height)
        left, picture = cut_left(both, width, units(_BETWEEN_UNITS))
        return centered(left, width, min(area.height, self._panel_height(canvas, width))), picture

    def _panel_height(self, canvas: Canvas, width: int) -> int:
        """Pixels that the panel takes at that width, whatever is chosen in it."""
        inside = width - canvas.units(26)
        head = len(canvas.wrap(self._saved_text(), inside))
        about = max(len(canvas.wrap(text, inside)) for text in _ABOUT.values())
        return (head + about) * canvas.line_height() + self._menu.height(canvas) + canvas.units(30)

    def _draw_panel(self, canvas: Canvas, rect: Rect) -> None:
        units, theme = canvas.units, canvas.theme
        inside = canvas.panel(rect)
        note = Rect(
            inside.x + units(8), inside.y + units(4), inside.width - units(16), inside.height - units(4)
        )
        left = note.height - self._menu.height(canvas) - units(12)
        about = max(len(canvas.wrap(text, note.width)) for text in _ABOUT.values())
        words = self._head(canvas, note.width, left // canvas.line_height() - about)
        used = canvas.paragraph(words, note, theme.error if self._fault else theme.text_dim)
        menu = Rect(inside.x, note.y + used + units(6), inside.width, self._menu.height(canvas))
        self._menu.draw(canvas, menu)
        room = Rect(note.x, menu.bottom + units(6), note.width, inside.bottom - menu.bottom - units(6))
        canvas.paragraph(_about(self._menu.current), room, theme.text_dim)

    def _head(self, canvas: Canvas, width: int, most_lines: int) -> str:
        """What is said of the saved run: a line a fact, or in one go, or less of it, as there is room."""
        facts = self._saved_text().split("\n")
        ways = ["\n".join(facts), *(" ".join(facts[:number]) for number in range(len(facts), 0, -1))]
        return next((words for words in ways if len(canvas.wrap(words, width)) <= most_lines), ways[-1])

    def _saved_text(self) -> str:
        if self._fault is not None:
            return self._fault
        if self._saved is None:
            return "No run is saved yet. It learns from the first piece on, and saves every half minute."
        saved, env = self._saved, self._saved.env
        best = "" if saved.best_eval_lines is None else f", tested {number(saved.best_eval_lines, 1)}"
        game = (
            f"{env.get('pieces', '')} pieces, height {env.get('height', '')}, reward {env.get('reward', '')}"
        )
        when = saved.saved_at[:16].replace("T", " ")
        return (
            f"Saved run: {number(saved.timesteps)} timesteps, {number(saved.episodes)} games.\n"
            f"Best game {number(saved.best_lines)} lines{best}.\n{game}.\nSaved {when}, seed {saved.seed}."
        )


def find_saved(context: Context) -> tuple[Metadata | None, TrainConfig | None, str | None]:
    """What is known of `latest`, how it goes on, and one sentence where it does not."""
    try:
        saved = load_checkpoint(context.paths.latest).metadata
    except UnknownModelError:
        return None, None, None
    except StorageError as error:
        return None, None, f"{error}."
    try:
        return saved, TrainConfig.from_dict(saved.training), None
    except IncompatibleCheckpointError as error:
        return saved, None, f"The saved run cannot go on: {error}."


def _about(entry: Entry) -> str:
    """What an entry is, or what it is as it is turned now."""
    return _ABOUT.get(entry.key) or _ABOUT[f"{entry.key} {entry.value}"]


def _goal_name(goal_lines: float | None) -> str:
    return "none" if goal_lines is None else f"{goal_lines:g} lines a game"


def _turn(options: tuple[str, ...], current: str, by: int) -> str:
    return options[(options.index(current) + by) % len(options)]
