"""A person against a model: both get the same pieces, and the better one of a few games wins the match."""

from __future__ import annotations

from dataclasses import replace

from pygame import Rect

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.machine_levels import MACHINE_LEVELS, machine_level
from tetris_arcade.languages import N_, _
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import RACE_BY_TIME, GameMode
from tetris_arcade.scenes.base import Push, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.scenes.play.duel_layout import (
    draw_center,
    draw_results,
    draw_side_head,
    draw_verdict,
    duel_layout,
)
from tetris_arcade.scenes.play.match import DuelResult, Match
from tetris_arcade.scenes.play.person_panels import draw_callout, draw_hold, format_time
from tetris_arcade.scenes.play.person_scene import PersonScene, new_seed
from tetris_arcade.scenes.play.versus_menu import MatchMenu
from tetris_arcade.scenes.startup_text import stage_text
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cols, cut_top, is_portrait
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.notice import draw_notice
from tetris_arcade.ui.widgets.piece_animation import pose
from tetris_arcade.ui.widgets.played_board import draw_played_board
from tetris_arcade.worker.shared.messages import (
    NewGame,
    Pause,
    PlayTask,
    Report,
    Resume,
    Started,
    Warned,
    WorkerState,
)

NUM_GAMES = 3
_VERDICT_SECONDS = 2.5
_COMPARED = (N_("lines"), N_("pieces"))
"""Both sides count points by other rules."""
_HOLD_UNITS = 46
_BOARD_ROWS = 20


class VersusScene(PersonScene):
    """A race with a model, on the same pieces.

    The player process plays one placement after the other at the level's pace. A placement counts once it has
    landed on the screen. Who tops out loses the game.

    adapts: whether the level rises when the person wins a match, and falls when the machine does.
    """

    title = "Match"
    restart_text = N_("new match")

    def __init__(
        self,
        context: Context,
        model: str,
        level: int,
        mode: GameMode = RACE_BY_TIME,
        *,
        adapts: bool = False,
    ) -> None:
        self._model, self._mode, self._adapts = model, mode, adapts
        self._side = 0
        self._level = level
        self._player = context.player
        self._machine = BoardPlayer()
        self._match: Match
        self._result: DuelResult | None = None
        self._has_started = self._is_started = False
        self._stale_game = 0
        super().__init__(context)

    @property
    def level(self) -> int:
        """The machine's level, 1..9."""
        return self._level

    # --- The player process ---

    def enter(self) -> None:
        # Not in __init__: the previous scene releases the player only when it leaves.
        if not self._has_started:
            self._has_started = True
            self._start_player()
        super().enter()

    def close(self) -> None:
        self._player.rest()
        super().close()

    def _start_player(self) -> None:
        """Have the model play the seed of the person's game, once it is told to resume."""
        level = machine_level(self._level)
        self._is_started = False
        self._player.start(
            PlayTask(
                (self._model,),
                EnvConfig(),
                self.game.seed,
                handicap=level.handicap,
                speed=level.pieces_per_second,
                paused=True,
            )
        )

    def on_report(self, source: str, report: Report) -> None:
        if source != "player":
            return
        if isinstance(report, Warned):
            self.context.notify(report.text, "warning")
        elif isinstance(report, Started):
            was_running = self._is_started
            self._is_started, self._stale_game = True, 0
            if was_running:  # A process that was replaced knows nothing of the game.
                self._next_game()

    @property
    def is_ready(self) -> bool:
        can_play = self._player.state in (WorkerState.RUNNING, WorkerState.PAUSED)
        return can_play and self._is_started and self._machine.view.game > self._stale_game

    def on_go(self) -> None:
        self._player.send(Resume())

    def on_halt(self) -> None:
        self._player.send(Pause())

    # --- The match ---

    def make_game(self) -> RealtimeGame:
        return RealtimeGame(self._mode, new_seed(), self.context.settings.handling)

    def restart(self) -> None:
        """Start a new match."""
        self._match = Match(num_games=NUM_GAMES)
        self._next_game()

    def _next_game(self) -> None:
        """Start a game of the match, with other pieces for both."""
        self._result = None
        super().restart()
        if self._is_started:
            self._stale_game = self._machine.view.game
            self._player.send(Pause())
            self._player.send(NewGame(seed=self.game.seed))

    def change_level(self, by: int) -> None:
        """Play a new match against another level."""
        level = _within_levels(self._level + by)
        if level != self._level:
            self._level = level
            self.restart()
            self._start_player()

    def swap_sides(self) -> None:
        """The person plays on the other side from now on."""
        self._side = 1 - self._side

    @property
    def machine_lines(self) -> int:
        """The lines of the machine's placements that have landed."""
        view = self._machine.view
        has_landed = view.is_empty or not view.cleared or pose(view, self._machine.progress).is_locked
        return view.lines - (0 if has_landed else len(view.cleared))

    @property
    def is_over(self) -> bool:
        return self._result is not None

    def update(self, now: float, dt: float) -> Transition | None:
        transition = super().update(now, dt)
        frame = self._player.frame
        if frame["num_boards"]:
            self._machine.show(frame["boards"][0], dt, is_paused=self._player.is_paused)
        if self._result is None and self._countdown <= 0:
            self._result = self._judge()
            if self._result is not None:
                self._match = self._match.with_result(self._result)
                if self.game.end is None:  # otherwise the game has sounded its end
                    self.context.audio.play("best" if self._result.winner == 0 else "over")
        return transition

    def _judge(self) -> DuelResult | None:
        """The result of the game as (person, machine), once it is decided."""
        lines = (self.game.tally.lines, self.machine_lines)
        end, goal = self.game.end, self._mode.goal_lines
        if end is not None and not end.is_finished:
            return DuelResult(lines, 1)
        if end is not None and end.reason == "goal":
            return DuelResult(lines, 0)
        if goal is not None and lines[1] >= goal:
            return DuelResult(lines, 1)
        if self._machine.view.over:
            return DuelResult(lines, 0)
        if end is None:
            return None
        return DuelResult(lines, None if lines[0] == lines[1] else int(lines[1] > lines[0]))

    def after_end(self, seconds: float) -> Transition | None:
        if seconds < _VERDICT_SECONDS:
            return None
        if not self._match.is_over:
            self._next_game()
            return None
        return Push(MatchMenu(self.context, self, self._match, self._adapted_level()))

    def _adapted_level(self) -> int:
        """The level of the rematch."""
        if not self._adapts or self._match.winner is None:
            return self._level
        return _within_levels(self._level + (1 if self._match.winner == 0 else -1))

    # --- Drawing ---

    @property
    def _names(self) -> list[str]:
        return [
            _("You"),
            _("{name}, level {level}").format(
                name=self.context.models.display_name(self._model), level=self._level
            ),
        ]

    def draw(self, canvas: Canvas) -> None:
        names, match = self._names, self._match
        views = [self._person_view(), replace(self._machine.view, lines=self.machine_lines)]
        if self._side:
            names, views, match = names[::-1], views[::-1], match.swapped()
        layout = duel_layout(canvas, _BOARD_ROWS, names)
        for side in (0, 1):
            is_ahead = views[side].lines > views[1 - side].lines
            draw_side_head(canvas, layout.heads[side], names, side, is_ahead=is_ahead)
        well = self._draw_person(canvas, layout.boards[self._side])
        other = self._draw_machine(canvas, layout.boards[1 - self._side])
        if self._result is not None:
            for side, board in ((self._side, well), (1 - self._side, other)):
                draw_verdict(canvas, board, match, side)
        draw_center(canvas, layout.center, names, match, (views[0], views[1]), self._state_text(), _COMPARED)
        hold, results = self._lower_panels(canvas, layout.results)
        draw_hold(canvas, hold, self.game)
        draw_results(canvas, results, match.results)
        canvas.explain(well, _("Your board"))
        canvas.explain(other, _("The model's board: the same pieces"))
        canvas.explain(layout.center, _(self._mode.description))

    def _person_view(self) -> BoardModel:
        """The person's numbers, as those of a model are shown."""
        game, tally = self.game, self.game.tally
        return BoardModel(
            game.board.visible_cells(),
            piece=0,
            next_pieces=() if self.hides_board else game.next_pieces,
            lines=tally.lines,
            pieces=tally.pieces,
            score=tally.score,
        )

    def _draw_person(self, canvas: Canvas, rect: Rect) -> Rect:
        well = draw_played_board(canvas, rect, self._person.board, dim=self.hides_board)
        self.draw_start(canvas, well)
        callout = Rect(well.x, well.y + well.height // 12, well.width, well.height // 3)
        if self._countdown <= 0 and self._result is None:
            draw_callout(canvas, callout, self._person.callout)
        return well

    def _draw_machine(self, canvas: Canvas, rect: Rect) -> Rect:
        machine, theme = self._machine, canvas.theme
        view = machine.view if self._is_started else BoardModel(machine.view.cells * 0)
        well = draw_board(
            canvas, rect, view, machine.progress, dim=self.hides_board, show_game_over=self._result is None
        )
        match self._player.state:
            case WorkerState.FAILED:
                draw_notice(canvas, well, _("CANNOT PLAY"), [self._player.message], theme.error)
            case WorkerState.STARTING | WorkerState.RESTARTING:
                stage = self._player.stage
                lines = [] if stage is None else [stage_text(stage)]
                fraction = 0.0 if stage is None else stage.fraction
                draw_notice(canvas, well, _("GET READY"), lines, theme.accent, fraction)
        return well

    def _state_text(self) -> str:
        """The form of the race, and its time."""
        left = self.game.time_left_us
        time = format_time(self.game.now_us if left is None else left)
        return f"{_(self._mode.name)}\n{time}"

    @staticmethod
    def _lower_panels(canvas: Canvas, rect: Rect) -> tuple[Rect, Rect]:
        """(the held piece, the last games)."""
        gap = canvas.units(4)
        if is_portrait(canvas.rect):
            hold, results = cols(rect, [1.0, 2.0], gap)
            return hold, results
        return cut_top(rect, canvas.line_height() + canvas.units(_HOLD_UNITS), gap)


def _within_levels(level: int) -> int:
    return min(max(level, 1), len(MACHINE_LEVELS))
