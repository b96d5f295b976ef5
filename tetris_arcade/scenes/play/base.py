"""The base of demo, duel and replay: their boards and sounds, their shared keys, and the player process."""

from __future__ import annotations

from dataclasses import replace

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, Pop, Transition, bind
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.local_game import StoredGame
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.scenes.play.board_sounds import BoardSounds
from tetris_arcade.scenes.play.pause_training import TrainingPausingScene
from tetris_arcade.scenes.playback_controls import press_text, speed_binding, step_binding, toggle_pause
from tetris_arcade.scenes.startup_text import stage_text
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.notice import draw_notice, draw_strip
from tetris_arcade.worker.shared.messages import (
    NewGame,
    PlayTask,
    Report,
    SetLookahead,
    SetPlayers,
    Started,
    Warned,
    WorkerState,
)

_STORED_GAME_SPEED = 8.0
_START_SECONDS = 0.5
"""A start that takes longer is shown."""


class PlayScene(TrainingPausingScene):
    """Runs a `PlayTask` for as long as the screen is open, with one board and its sounds per player.

    A subclass adds its keys in `own_bindings` and changes the game with `_change_task`. plays_stored_games:
    whether stored games are shown until a player that is slow to start, as it is the first time, has started.
    """

    plays_stored_games = True

    def __init__(self, context: Context, task: PlayTask) -> None:
        super().__init__(context)
        self._player = context.player
        self._task = task
        self._has_started = False
        self._boards = tuple(BoardPlayer() for _ in task.players)
        self._sounds = tuple(BoardSounds(context.audio) for _ in task.players)
        self._stills: tuple[BoardModel, ...] = ()
        """The boards when they were hidden; empty while they are shown."""
        self._starting_seconds = 0.0
        self._stored: tuple[StoredGame, ...] = ()
        """What the boards show while the player starts; empty when it has started."""

    @property
    def is_still(self) -> bool:
        is_moving = bool(self._stored) or any(board.is_moving for board in self._boards)
        return self._player.state is WorkerState.PAUSED and not is_moving

    def enter(self) -> None:
        # Not in __init__: the previous scene releases the player only when it leaves.
        if not self._has_started:
            self._has_started = True
            self._player.start(self._task)

    def close(self) -> None:
        self.context.videos.notify_still_running()
        self._player.rest()
        super().close()

    # --- Keys ---

    def bindings(self) -> list[KeyBinding]:
        return [
            bind(_("resume") if self._player.is_paused else _("pause"), self._pause_or_restart, Action.PAUSE),
            speed_binding(self._player),
            *self.own_bindings(),
            bind(_("back"), Pop, Action.BACK),
            bind(
                _("show the board") if self._stills else _("hide the board"),
                self._toggle_boards,
                Action.VISUALS,
            ),
            step_binding(self._player),
            bind(_("stop"), Pop, Action.STOP),
        ]

    @property
    def shows_values(self) -> bool:
        """Whether the values of the placements are shown."""
        return False

    def own_bindings(self) -> list[KeyBinding]:
        """The keys that only this screen has, the most useful first."""
        return []

    def _pause_or_restart(self) -> None:
        if self._player.is_busy:
            toggle_pause(self._player)
        else:
            self._player.start(replace(self._task, speed=self._player.speed))

    def _toggle_boards(self) -> None:
        self._stills = () if self._stills else tuple(board.view for board in self._boards)

    # --- The player process ---

    def update(self, now: float, dt: float) -> Transition | None:
        self._follow_start(dt)
        for game, board in zip(self._stored, self._boards, strict=False):
            game.advance(0.0 if self._player.is_paused else dt)
            board.show_moment(game.view, game.progress, dt)
        frame = self._player.frame
        records = frame["boards"][: int(frame["num_boards"])]
        for record, board, sounds in zip(records, self._boards, self._sounds, strict=False):
            board.show(record, dt, is_paused=self._player.is_paused, shows_values=self.shows_values)
            if not self._stills:
                sounds.follow(board)
        return None

    def _follow_start(self, dt: float) -> None:
        """Show stored games if a start takes long and there is nothing else to show."""
        if self._player.state is not WorkerState.STARTING or self._player.frame["num_boards"]:
            self._starting_seconds, self._stored = 0.0, ()
            return
        self._starting_seconds += dt
        if self._is_slow_start and not self._stored and self.plays_stored_games:
            seconds = 1.0 / (self._player.speed or _STORED_GAME_SPEED)
            self._stored = tuple(StoredGame(name, seconds) for name in self._task.players)

    @property
    def _is_slow_start(self) -> bool:
        return self._starting_seconds >= _START_SECONDS

    def on_report(self, source: str, report: Report) -> None:
        if source != "player":
            return
        if isinstance(report, Warned):
            self.context.notify(report.text, "warning")
        elif isinstance(report, Started) and isinstance(self._player.task, PlayTask):
            # A restarted player runs the task it was first given, without later changes.
            self._send_changes(self._player.task)

    def _change_task(self, task: PlayTask) -> None:
        """Play another task: tell a player that listens, otherwise restart it."""
        before, self._task = self._task, task
        for board in self._boards:
            board.forget_record()
        if self._is_listening:
            self._send_changes(before)
        else:
            self._restart()

    @property
    def _is_listening(self) -> bool:
        """Whether the player obeys commands now."""
        return self._player.state in (WorkerState.RUNNING, WorkerState.PAUSED)

    def _restart(self) -> None:
        """Start the current task at the current speed, paused if the player is paused."""
        player = self._player
        player.start(replace(self._task, speed=player.speed, paused=player.is_paused))

    def _send_changes(self, before: PlayTask) -> None:
        task = self._task
        if task.players != before.players:
            self._player.send(SetPlayers(task.players))
        if task.env != before.env:
            self._player.send(NewGame(task.env))
        if task.lookahead != before.lookahead:
            self._player.send(SetLookahead(task.lookahead))

    # --- Drawing ---

    def _shown_effects(self, side: int = 0) -> BoardEffects | None:
        """The effects of a board that is not hidden."""
        return None if self._stills else self._boards[side].effects

    def _draw_board(
        self,
        canvas: Canvas,
        rect: Rect,
        side: int = 0,
        *,
        show_values: bool = False,
        other: int | None = None,
        show_game_over: bool = True,
    ) -> Rect:
        """Draw a player's board with a notice over it if there is one; returns the rectangle of its cells."""
        board = self._boards[side]
        if self._stills:
            well = draw_board(canvas, rect, self._stills[side], 1.0, dim=True)
        else:
            well = board.draw(
                canvas, rect, show_values=show_values, other=other, show_game_over=show_game_over
            )
        self._draw_notice(canvas, well, side)
        return well

    def _draw_notice(self, canvas: Canvas, well: Rect, side: int) -> None:
        """Say over the board why nothing moves on it."""
        theme, player = canvas.theme, self._player
        match player.state:
            case WorkerState.FAILED:
                retry = press_text(self.context, Action.CONFIRM, _("Press {key} to try again."))
                draw_notice(canvas, well, _("CANNOT PLAY"), [player.message, retry], theme.error)
            case WorkerState.RESTARTING:
                draw_notice(
                    canvas, well, _("ONE MOMENT"), [_("Restarting (details in the log)")], theme.warning
                )
            case WorkerState.STARTING:
                self._draw_start(canvas, well, side)
            case WorkerState.PAUSED:
                draw_strip(canvas, well, _("PAUSED"), theme.warning)
            case _ if self._stills:
                lines = [press_text(self.context, Action.VISUALS, _("Press {key} to show it."))]
                draw_notice(canvas, well, _("BOARD HIDDEN"), lines, theme.accent)

    def _draw_start(self, canvas: Canvas, well: Rect, side: int) -> None:
        """Say how far a slow start is; over a stored game, whose it is."""
        stage, color = self._player.stage, canvas.theme.accent
        fraction = 0.0 if stage is None else stage.fraction
        if self._stored:
            texts = _("SAVED GAME OF {name}").format(name=self._stored[side].name.upper()), _("SAVED GAME")
            fitting = [text for text in texts if canvas.text_width(text) <= well.width]
            draw_strip(canvas, well, fitting[0] if fitting else "", color, fraction)
        elif self._is_slow_start or self._player.frame["num_boards"]:
            draw_notice(
                canvas, well, _("GET READY"), [] if stage is None else [stage_text(stage)], color, fraction
            )
