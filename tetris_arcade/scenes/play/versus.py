"""A person against a model: both get the same pieces, and the better one of a few games wins the match."""

from __future__ import annotations

from collections.abc import Callable

from pygame import Rect

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.machine_levels import NUM_LEVELS, machine_level
from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.languages import _
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.garbage import Attack
from tetris_arcade.realtime.machine_recording import MachineRecording, TimedBoard
from tetris_arcade.realtime.machine_side import MachineSide
from tetris_arcade.realtime.modes import RACE_BY_TIME, GameMode
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.machine_board import LandedMove, MachineBoard, landing_callout
from tetris_arcade.scenes.play.match import MATCH_LENGTHS, Match, SideState
from tetris_arcade.scenes.play.match_layout import SideLayout
from tetris_arcade.scenes.play.match_scene import MatchScene
from tetris_arcade.scenes.play.match_view import draw_machine_side, machine_name
from tetris_arcade.scenes.play.person import Callout
from tetris_arcade.scenes.play.person_scene import new_seed
from tetris_arcade.scenes.play.versus_menu import VersusMenu
from tetris_arcade.scenes.startup_text import stage_text
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.notice import draw_notice
from tetris_arcade.worker.shared.messages import (
    NewGame,
    Pause,
    PlayTask,
    PushGarbage,
    Report,
    Resume,
    Started,
    Warned,
    WorkerState,
)


class VersusScene(MatchScene):
    """A match with a model, on the same pieces.

    The player process plays one placement after the other at the level's pace. A placement counts once it has
    landed on the screen; garbage rises on the model's board before its next placement.

    adapts: whether the level rises when the person wins a match, and falls when the machine does.
    """

    def __init__(
        self,
        context: Context,
        model: str,
        level: int,
        mode: GameMode = RACE_BY_TIME,
        *,
        adapts: bool = False,
        num_games: int = MATCH_LENGTHS[0],
        make_seed: Callable[[], int] = new_seed,
    ) -> None:
        self._model, self._adapts, self._level = model, adapts, level
        self._player = context.player
        self._machine = MachineBoard()
        self._machine_side: MachineSide
        self._machine_callout: Callout | None = None
        self._has_started = self._is_started = False
        self._stale_game = 0
        super().__init__(context, mode, num_games, make_seed)

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
        level = machine_level(self._level, is_attack=self._mode.has_attacks)
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
        if source != "player" or not self._has_player:
            return
        if isinstance(report, Warned):
            self.context.notify(report.text, "warning")
        elif isinstance(report, Started):
            was_running = self._is_started
            self._is_started, self._stale_game = True, 0
            if was_running:  # A process that was replaced knows nothing of the game.
                self.next_game()

    @property
    def _has_player(self) -> bool:
        """Whether the player process plays this match; a review after a match takes it for itself."""
        return isinstance(self._player.task, PlayTask)

    @property
    def is_ready(self) -> bool:
        can_play = self._player.state in (WorkerState.RUNNING, WorkerState.PAUSED)
        return can_play and self._is_started and self._machine.game > self._stale_game

    def on_go(self) -> None:
        self._player.send(Resume())

    def on_halt(self) -> None:
        self._player.send(Pause())

    # --- The match ---

    def make_games(self) -> tuple[RealtimeGame, ...]:
        return (RealtimeGame(self._mode, self._make_seed(), self.context.settings.handling),)

    def next_game(self) -> None:
        super().next_game()
        self._machine_side = MachineSide(self._mode, self.game.seed)
        self._machine_callout = None
        self._film: list[TimedBoard] = []
        if self._is_started and self._has_player:
            self._stale_game = self._machine.game
            self._player.send(Pause())
            self._player.send(NewGame(seed=self.game.seed))
        elif self._has_started:
            self._start_player()

    def change_level(self, by: int) -> None:
        """Play a new match against another level."""
        level = _within_levels(self._level + by)
        if level != self._level:
            self._level, self._is_started = level, False
            self.restart()

    def follow_opponent(self, dt: float) -> None:
        """Show the model's board, and exchange attacks: each counts at the time of this frame."""
        frame = self._player.frame
        landed: list[LandedMove] = []
        if frame["num_boards"]:
            landed = self._machine.show(frame["boards"][0], dt, is_paused=self._player.is_paused)
        self._machine_callout = self._machine_callout and self._machine_callout.faded(dt)
        if self._result is not None or self._machine.game <= self._stale_game:
            return
        now_us = self._elapsed_us
        self._film_board(now_us)
        self._machine_side.advance(now_us)
        for move in landed:
            self._land(move, now_us)
        if rows := self.game.take_attack():
            self._machine_side.receive(rows, now_us)

    def _film_board(self, now_us: int) -> None:
        """Keep what the model's board shows, if that has changed."""
        view = self._machine.view
        if not self._film or _serial(self._film[-1].board) != _serial(view):
            self._film.append(TimedBoard.copied(now_us, view))

    @property
    def opponent(self) -> MachineRecording:
        side = self._machine_side
        return MachineRecording(
            self._model,
            self._level,
            self._mode,
            self.game.seed,
            tuple(self._film),
            tuple(side.inputs),
            max(self._elapsed_us, self.game.now_us),
        )

    def _land(self, move: LandedMove, now_us: int) -> None:
        landing = self._machine_side.land(move.lines, now_us, all_clear=move.all_clear)
        if self._mode.has_attacks:
            self._machine_callout = landing_callout(landing) or self._machine_callout
        if landing.sent:
            self.game.receive_garbage(landing.sent)
        if landing.holes:
            self._player.send(PushGarbage(landing.holes))

    @property
    def side_states(self) -> tuple[SideState, SideState]:
        machine = self._machine.view
        return SideState.of(self.game), SideState.of_machine(self._mode, machine.lines, is_over=machine.over)

    @property
    def effects(self) -> tuple[BoardEffects, BoardEffects]:
        return self._person.effects, self._machine.effects

    @property
    def sent(self) -> tuple[int, int]:
        return self.game.tally.sent, self._machine_side.sent

    @property
    def pieces(self) -> tuple[int, int]:
        return self.game.tally.pieces, self._machine.view.pieces

    def menu(self, match: Match) -> Scene:
        return VersusMenu(self.context, self, match, self._adapted_level())

    def _adapted_level(self) -> int:
        """The level of the rematch."""
        if not self._adapts or self._match.winner is None:
            return self._level
        return _within_levels(self._level + (1 if self._match.winner == 0 else -1))

    # --- Drawing ---

    @property
    def names(self) -> tuple[str, str]:
        return _("You"), machine_name(self.context, self._model, self._level)

    @property
    def waiting_attacks(self) -> tuple[tuple[Attack, ...], tuple[Attack, ...]]:
        return self.game.garbage.attacks, self._machine_side.garbage.attacks

    def draw_opponent(self, canvas: Canvas, layout: SideLayout, board: Rect) -> Rect:
        machine, theme = self._machine, canvas.theme
        view = machine.view if self._is_started else BoardModel(machine.view.cells * 0)
        well = draw_machine_side(
            canvas,
            layout,
            board,
            view,
            machine.progress,
            is_hidden=self.hides_board,
            show_game_over=self._result is None,
            effects=machine.effects,
        )
        self.draw_callout(canvas, well, self._machine_callout)
        match self._player.state:
            case WorkerState.FAILED:
                draw_notice(canvas, well, _("CANNOT PLAY"), [self._player.message], theme.error)
            case WorkerState.STARTING | WorkerState.RESTARTING:
                stage = self._player.stage
                lines = [] if stage is None else [stage_text(stage)]
                fraction = 0.0 if stage is None else stage.fraction
                draw_notice(canvas, well, _("GET READY"), lines, theme.accent, fraction)
        return well


def _serial(board: DisplayedBoard) -> tuple[int, int, bool]:
    """What changes with each board that is shown."""
    return board.game, board.move, board.over


def _within_levels(level: int) -> int:
    return min(max(level, 1), NUM_LEVELS)
