"""Before a training: continue the saved run, or choose the settings of a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pygame import Rect

from tetris_arcade.config.env import MAX_HEIGHT, MIN_HEIGHT, PIECES
from tetris_arcade.config.evaluation import STANDARD_TEST
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.config.settings import TrainingSettings
from tetris_arcade.config.training import TrainConfig, config_from_settings, with_little_exploration
from tetris_arcade.languages import N_, _, capitalized, format_number
from tetris_arcade.scenes.base import Push, Replace, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene
from tetris_arcade.scenes.model_info import (
    PIECES_NAMES,
    board_text,
    conditions_text,
    learning_curve,
    pieces_phrase,
)
from tetris_arcade.scenes.training.learner_setup import LearnerSetupScene, learner_is_default
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.untrained_game import UntrainedGame
from tetris_arcade.storage.runs import next_forgotten_run
from tetris_arcade.storage.saved_run import load_saved_run
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.layout import centered, cut_bottom, cut_left, cut_top, inset, is_portrait
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.graph import GraphPanel
from tetris_arcade.ui.widgets.stat_line import number
from tetris_arcade.worker.shared.messages import TrainTask

_CAPTIONS = (N_("Before training"), N_("Untrained"))
_NOTHING_SAVED = N_("Nothing saved yet. Training saves itself every 30 seconds.")
_PANEL_UNITS, _PANEL_LETTERS = 330, 29
_MARGIN_UNITS, _MIN_MARGIN_UNITS = 10, 3
"""Around each line of the menu, above and below together."""
_PICTURE_UNITS, _MIN_PICTURE_UNITS, _BETWEEN_UNITS = 220, 80, 24
_GOALS = (None, 10.0, 25.0, 50.0, 100.0, 200.0)
"""Lines per game of the test. The default run has reached the last one after a minute."""
_CONTINUE = N_("Picks up exactly where it was saved.")
_CONTINUE_PAST_END = N_(
    "Picks up where it was saved. Its limit is reached, so it now runs until you stop it."
)
_PIECES_DESCRIPTIONS = {
    "bag": N_("All seven pieces come once before any repeats."),
    "uniform": N_("Any piece can come at any time (harder)."),
}


class TrainingSetupScene(MenuScene):
    """Chooses what is trained, and starts it.

    start_from: the model with whose network a new run starts; None: an untrained one.
    """

    title = "Train"
    header = N_("Train a model")
    has_music = True
    choose_text = N_("start")

    def __init__(self, context: Context, start_from: ModelEntry | None = None) -> None:
        super().__init__(context)
        self._start_from = start_from
        self._settings = context.settings.training
        self._saved = load_saved_run(context.paths)
        self._forgotten = next_forgotten_run(context.paths)
        self._preview = self._make_preview()
        self._curve = None if self._saved.metadata is None else learning_curve(self._saved.metadata)
        self._graphs = GraphPanel()

    @property
    def is_still(self) -> bool:
        return self.context.settings.display.reduced_motion

    def update(self, now: float, dt: float) -> Transition | None:
        if not self.context.settings.display.reduced_motion:
            self._preview.advance(dt)
        return Replace(TrainScene(self.context)) if self.context.trainer.is_busy else None

    def _start_new(self) -> Transition | None:
        config = config_from_settings(self._settings)
        if self._start_from is not None:
            # The model brings the size of its network.
            config = with_little_exploration(replace(config, net_arch=TrainConfig().net_arch))
        name = None if self._start_from is None else self._start_from.name
        return self._start(TrainTask(config=config, start_from=name))

    def _continue(self) -> Transition | None:
        return self._start(TrainTask(config=self._saved.continued(self._settings.goal_lines), resume=True))

    def _start(self, task: TrainTask) -> Transition | None:
        if self.context.another_program_writes:
            self.context.notify(
                _("Another program uses this data folder: training is not possible"), "warning"
            )
            return None
        settings = self._settings
        if settings != self.context.settings.training:
            self.context.change_settings(replace(self.context.settings, training=settings))
        self.context.trainer.start(replace(task, speed=settings.speed))
        return Replace(TrainScene(self.context))

    # --- The menu ---

    def entries(self) -> list[MenuEntry]:
        settings = self._settings
        entries = [
            MenuEntry(
                "fresh",
                _("Start fresh") if self._start_from is None else _("Start from this model"),
                choose=self._start_new,
                description=self._fresh_description(),
            ),
            MenuEntry(
                "reward",
                _("Reward"),
                _(settings.reward),
                lambda by: self._set(reward=_step(tuple(REWARDS), settings.reward, by)),
                description=_(REWARDS[settings.reward].description),
            ),
            MenuEntry(
                "pieces",
                _("Pieces"),
                _(PIECES_NAMES[settings.pieces]),
                lambda by: self._set(pieces=_step(PIECES, settings.pieces, by)),
                description=_(_PIECES_DESCRIPTIONS[settings.pieces]),
            ),
            MenuEntry(
                "height",
                _("Board height"),
                _("{height} rows").format(height=settings.height),
                lambda by: self._set(height=min(MAX_HEIGHT, max(MIN_HEIGHT, settings.height + by))),
                description=_("Board height. Lower boards make shorter games."),
            ),
            MenuEntry(
                "seed",
                _("Seed"),
                str(settings.seed),
                lambda by: self._set(seed=(settings.seed + by) % 10_000),
                description=_("The same seed gives the same run."),
            ),
            MenuEntry(
                "goal",
                _("Goal"),
                _("none")
                if settings.goal_lines is None
                else _("{goal} in the test").format(goal=format_number(settings.goal_lines, "g")),
                lambda by: self._set(goal_lines=_step(_GOALS, settings.goal_lines, by)),
                description=_goal_description(),
            ),
        ]
        entries.append(
            MenuEntry(
                "learner",
                _("Learner"),
                _("default") if learner_is_default(settings) else _("changed"),
                choose=self._choose_learner,
                description=_("Learning rate, discount, exploration, network size, penalties."),
            )
        )
        if self._saved.config is None or self._start_from is not None:
            return entries
        ended = self._saved.is_at_its_end(settings.goal_lines)
        resume = MenuEntry(
            "resume",
            _("Continue the saved run"),
            choose=self._continue,
            description=_(_CONTINUE_PAST_END if ended else _CONTINUE),
        )
        return [resume, *entries]

    def _fresh_description(self) -> str:
        model = self._start_from
        kept = _("Your saved run is kept.")
        if self._forgotten is not None:
            kept = _("Your saved run is kept; the oldest kept run ({name}) is deleted.").format(
                name=self._forgotten
            )
        if model is None:
            return _("Start with an untrained network. {kept}").format(kept=kept)
        return _("Start with the network of {name}. {kept}").format(name=model.display_name, kept=kept)

    def _choose_learner(self) -> Transition:
        return Push(LearnerSetupScene(self.context, self._settings, self._take_settings))

    def _take_settings(self, settings: TrainingSettings) -> None:
        self._settings = settings

    def _set(self, **changes: Any) -> None:
        self._settings = replace(self._settings, **changes)
        self._preview = self._make_preview()

    def _make_preview(self) -> UntrainedGame:
        """A game on the chosen board as it looks before training."""
        settings = self._settings
        return UntrainedGame(settings.pieces, settings.height, settings.seed, moves=settings.height // 2)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        # With larger text the lines move together, so that what is said of the saved run has room.
        self.menu.margin_units = _MARGIN_UNITS if canvas.text_scale == 1.0 else _MIN_MARGIN_UNITS
        panel, picture = self._layout(canvas)
        canvas.explain(
            panel,
            _("What will be trained: {keys}").format(
                keys=self.keys_text(_("change a line"), Action.LEFT, Action.RIGHT)
            ),
        )
        canvas.explain(picture, _("How it plays before training, or how the saved run has learned"))
        self._draw_panel(canvas, panel)
        if self.menu.current.key == "resume" and self._curve is not None:
            wide = centered(picture, picture.width, min(picture.height, picture.width * 3 // 4))
            self._graphs.draw(canvas, wide, [self._curve])
        elif picture.width:
            self._draw_preview(canvas, picture)

    def _draw_preview(self, canvas: Canvas, rect: Rect) -> None:
        line, board = cut_bottom(rect, canvas.line_height())
        well = draw_board(canvas, board, self._preview.view, self._preview.progress, dim=True)
        below = Rect(line.x, well.bottom + canvas.units(5), line.width, canvas.text_height())
        caption = next((text for text in map(_, _CAPTIONS) if canvas.text_width(text) <= below.width), "")
        canvas.text_in(caption, below, canvas.theme.text_faint)

    def _layout(self, canvas: Canvas) -> tuple[Rect, Rect]:
        """The panel, and the picture beside it; in portrait below it. A narrow screen has no picture."""
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
        """The height in pixels that the panel needs at a width, whichever entry is chosen."""
        text_width = width - canvas.units(26)
        lines = len(canvas.wrap(self._saved_text(), text_width)) + self._description_lines(canvas, text_width)
        return lines * canvas.line_height() + self.menu.height(canvas) + canvas.units(30)

    def _description_lines(self, canvas: Canvas, width: int) -> int:
        """The number of lines of the longest description."""
        texts = [
            *(entry.description for entry in self.menu.entries),
            *(_(reward.description) for reward in REWARDS.values()),
            *_PIECES_DESCRIPTIONS.values(),
        ]
        return max(len(canvas.wrap(text, width)) for text in texts)

    def _draw_panel(self, canvas: Canvas, rect: Rect) -> None:
        units, theme = canvas.units, canvas.theme
        inside = canvas.panel(rect)
        text = Rect(
            inside.x + units(8), inside.y + units(4), inside.width - units(16), inside.height - units(4)
        )
        menu_height = self.menu.height(canvas)
        max_lines = (text.height - menu_height - units(12)) // canvas.line_height()
        summary = self._summary(canvas, text.width, max_lines - self._description_lines(canvas, text.width))
        color = theme.text_dim if self._saved.problem is None else theme.error
        used = canvas.paragraph(summary, text, color)
        menu = Rect(inside.x, text.y + used + units(6), inside.width, menu_height)
        self.menu.draw(canvas, menu)
        below = Rect(text.x, menu.bottom + units(6), text.width, inside.bottom - menu.bottom - units(6))
        canvas.paragraph(self.menu.current.description, below, theme.text_dim)

    def _summary(self, canvas: Canvas, width: int, max_lines: int) -> str:
        """The saved run: one fact per line, or all in one paragraph, or as many facts as fit."""
        facts = self._saved_text().split("\n")
        options = ["\n".join(facts), *(" ".join(facts[:count]) for count in range(len(facts), 0, -1))]
        return next((text for text in options if len(canvas.wrap(text, width)) <= max_lines), options[-1])

    def _saved_text(self) -> str:
        if self._saved.problem is not None:
            return self._saved.problem
        saved = self._saved.metadata
        if saved is None:
            return _(_NOTHING_SAVED)
        env = saved.env
        board = capitalized(board_text(env.get("pieces", "bag"), env.get("height", 20)))
        tested, conditions = saved.best_eval_lines, saved.curve_conditions
        best = _("Best game: {lines} lines.").format(lines=number(saved.best_lines))
        if tested is not None and conditions is not None and conditions != STANDARD_TEST:
            best += " " + _("Best test: {lines} ({conditions}).").format(
                lines=number(tested, 1), conditions=conditions_text(conditions)
            )
        elif tested is not None:
            best += " " + _("Best test: {lines} lines per game.").format(lines=number(tested, 1))
        facts = (
            _("Saved run: {moves} moves practised, {games} games.").format(
                moves=number(saved.timesteps), games=number(saved.episodes)
            ),
            best,
            _("{board}, reward: {reward}.").format(board=board, reward=_(str(env.get("reward", "")))),
            _("Saved {time}, seed {seed}.").format(
                time=saved.saved_at[:16].replace("T", " "), seed=saved.seed
            ),
        )
        return "\n".join(facts)


def _goal_description() -> str:
    return _(
        "Ends once a test gives this many lines per game ({games} games, {height} rows, {pieces})."
    ).format(
        games=STANDARD_TEST.games, height=STANDARD_TEST.height, pieces=pieces_phrase(STANDARD_TEST.pieces)
    )


def _step(options: Sequence[Any], current: Any, by: int) -> Any:
    """The next option, or the one before it; the first if `current` is none of them."""
    index = options.index(current) if current in options else -by
    return options[(index + by) % len(options)]
