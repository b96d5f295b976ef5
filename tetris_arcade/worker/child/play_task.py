"""Plays games to be watched: one player, or two side by side on the same pieces."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.compile_kernels import warm_up
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import Replay, save_replay
from tetris_arcade.storage.slots import model_mtime
from tetris_arcade.training.players import Player
from tetris_arcade.training.replay_player import ReplayPlayer, ReplayRecorder, load_game_player
from tetris_arcade.worker.child.board_record import show_move, show_position
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.main import TaskError
from tetris_arcade.worker.child.pacer import Pacer
from tetris_arcade.worker.child.throughput import Throughput
from tetris_arcade.worker.shared.messages import (
    GameEnded,
    GameSaved,
    NewGame,
    PlayTask,
    QueuedCommand,
    SaveGame,
    Seek,
    SetLookahead,
    SetPlayers,
    Stage,
    Warned,
)

_SECONDS_AFTER_GAME = 1.5
_SECONDS_BETWEEN_REPORTS = 0.05
_HARDLY_BEGUN = 20


def run_play_task(task: PlayTask, paths: DataPaths, channel: Channel) -> str:
    """Play until told to stop."""
    warm_up(lambda name, share: channel.report(Stage(name, share)))
    try:
        players = [load_game_player(name, paths) for name in task.players]
    except StorageError as error:
        raise TaskError(str(error)) from error
    match = PlaySession(task, paths, channel, players)
    channel.begin()
    match.play()
    return "asked to stop"


class PlayerBoard:
    """One player at one board, and the BOARD record that shows it."""

    def __init__(self, player: Player, board: Any) -> None:
        self.player = player
        self._board = board
        self._values = np.full(NUM_ACTIONS, np.nan, np.float32)
        self.game: Game
        self._is_booked = False
        self._before: ReplayRecorder | None = None
        self._keeper: ReplayRecorder | None = None
        self._lines_before = self._score_before = 0

    @property
    def is_playing(self) -> bool:
        return not self.game.is_over

    @property
    def has_ended(self) -> bool:
        """Whether the game is over and not yet booked."""
        return self.game.is_over and not self._is_booked

    def begin(self, env: EnvConfig, seed: int) -> None:
        """Start a new game; the figures of earlier ones stay."""
        if isinstance(self.player, ReplayPlayer):
            self.game = self.player.new_game()
        else:
            self.game = Game(env.height, env.pieces, seed, env.garbage_every, env.max_pieces)
        self._before, self._keeper = self._keeper, ReplayRecorder(env, seed, self.player.name)
        self._is_booked = False
        self._board["game"] += 1
        self._board["move_seconds"] = 0.0
        self._show_position()
        self._show_figures()

    def move(self, lookahead: bool, seconds: float, is_shown: bool) -> None:
        """Choose and play one placement, and show it where it will be seen."""
        action = self.player.choose(self.game, lookahead, self._values)
        if self._keeper is not None:
            self._keeper.add(action)
        self._board["move"] += 1
        if not is_shown:
            self.game.step(action)
            return
        self._show_position()
        self._board["values"] = self._values
        self._board["greedy"] = True
        show_move(self._board, self.game.step(action), seconds)
        self._show_figures()

    def finish(self) -> None:
        """Book the game that is over and show how it ended."""
        self._is_booked = True
        self._lines_before, self._score_before = self.game.lines, self.game.score
        self._board["last_lines"] = self.game.lines
        self._board["best_lines"] = max(int(self._board["best_lines"]), self.game.lines)
        self._show_position()
        self._show_figures()
        self._board["over"] = True

    def kept(self) -> Replay | None:
        """The game that is played, or, where it has hardly begun, the one before; None where there is none,
        or where it is kept already."""
        if isinstance(self.player, ReplayPlayer) or self._keeper is None:
            return None
        if self._keeper.pieces < _HARDLY_BEGUN and self._before is not None and self._before.pieces:
            return self._before.record(self._lines_before, self._score_before)
        return self._keeper.record(self.game.lines, self.game.score) if self._keeper.pieces else None

    def seek(self, pieces: int) -> None:
        """Go to where so many pieces of a kept game lie; other games cannot go back."""
        if not isinstance(self.player, ReplayPlayer):
            return
        if pieces < self.game.pieces or self.game.is_over:
            self.game = self.player.new_game()
            self._board["game"] += 1
        self._is_booked = False
        while self.game.pieces < pieces and not self.game.is_over:
            self.game.step(self.player.choose(self.game, False, self._values))
        self._board["move"] += 1
        self._show_position()
        self._show_figures()

    def _show_position(self) -> None:
        show_position(self._board, self.game.cells, self.game.piece, self.game.next_pieces)

    def _show_figures(self) -> None:
        for name in ("lines", "pieces", "score"):
            self._board[name] = getattr(self.game, name)


class PlaySession:
    """Games one after the other, on one board or two, with seeds that count up."""

    def __init__(self, task: PlayTask, paths: DataPaths, channel: Channel, players: Sequence[Player]) -> None:
        self._channel, self._paths = channel, paths
        self._env, self._seed, self._lookahead = task.env, task.seed, task.lookahead
        self._gate = Pacer(channel, self._obey, self._show)
        self._rate = Throughput()
        self._names = task.players
        self._stamps = [model_mtime(paths, name) for name in task.players]
        self._moves = 0
        self._next_report_at = 0.0
        self._is_told: bool | None = None  # the game; None until one of its sides has ended
        self._take_seats(players)

    def play(self) -> None:
        """Play until the gate closes."""
        self._begin(self._seed)
        while self._gate.passes():
            has_ended = self._finish_games()
            if any(seat.is_playing for seat in self._seats):
                self._move()
            elif has_ended:
                self._gate.rest(_SECONDS_AFTER_GAME if self._gate.move_seconds else 0.0)
            else:
                self._begin(self._seed + 1)

    def _take_seats(self, players: Sequence[Player]) -> None:
        frame = self._channel.frame
        boards = frame["boards"][0]
        # Serial numbers go on: who watches sees by them that something is new.
        for name in ("last_lines", "best_lines"):
            boards[name] = 0
        frame["num_boards"] = len(players)
        self._seats = [PlayerBoard(player, boards[side]) for side, player in enumerate(players)]

    def _begin(self, seed: int) -> None:
        self._seed, self._is_told = seed, None
        self._take_newer_models()
        for seat in self._seats:
            seat.begin(self._env, seed)
        self._show()

    def _take_newer_models(self) -> None:
        """Who was saved anew since, by a training or a hand, plays the next game as he is now."""
        for side, name in enumerate(self._names):
            stamp = model_mtime(self._paths, name)
            if stamp is None or stamp == self._stamps[side]:
                continue
            self._stamps[side] = stamp
            try:
                self._seats[side].player = load_game_player(name, self._paths)
            except StorageError as error:
                self._channel.report(Warned(f"{name} plays on as it was: {error}"))

    def _move(self) -> None:
        """One placement of every player whose game goes on."""
        seconds = self._gate.move_seconds
        is_shown = self._gate.should_show_next_move
        for seat in self._seats:
            if seat.is_playing:
                seat.move(self._lookahead, seconds, is_shown)
        self._moves += 1
        self._gate.moved()
        if is_shown:
            self._show()

    def _finish_games(self) -> bool:
        """Book the games that have ended since the last move; whether there were any."""
        ended = [(side, seat) for side, seat in enumerate(self._seats) if seat.has_ended]
        for side, seat in ended:
            seat.finish()
            self._report(GameEnded(side, seat.game.lines, seat.game.pieces, seat.game.score, self._seed))
        if ended and (self._gate.move_seconds or self._channel.frame_is_due):
            self._show()
        return bool(ended)

    def _report(self, ended: GameEnded) -> None:
        """Tell of a game, but not of each of hundreds a second.

        The first of its ends decides for the whole game: no side is left out more often than the other.
        """
        if self._is_told is None:
            now = time.monotonic()
            self._is_told = now >= self._next_report_at
            if self._is_told:
                self._next_report_at = now + _SECONDS_BETWEEN_REPORTS
        if self._is_told:
            self._channel.report(ended)

    def _show(self) -> None:
        counters = self._channel.frame["counters"]
        self._rate.update(self._moves, self._gate.seconds_at_work)
        counters["timesteps"] = self._moves
        counters["timesteps_per_second"] = self._rate.per_second
        counters["seconds"] = self._gate.seconds_at_work
        self._channel.publish_frame()

    def _obey(self, command: QueuedCommand) -> None:
        match command:
            case NewGame(env, seed):
                self._env = env or self._env
                self._begin(self._seed + 1 if seed is None else seed)
            case SetLookahead(on):
                self._lookahead = on
            case SetPlayers(names):
                self._change_players(names)
            case SaveGame():
                self._keep()
            case Seek(pieces):
                for seat in self._seats:
                    seat.seek(pieces)
                self._show()
            case _:
                self._channel.report(Warned("There is nothing to save: no training is going on."))

    def _keep(self) -> None:
        record = self._seats[0].kept()
        if record is None:
            self._channel.report(Warned("There is no game to keep yet."))
            return
        try:
            path = save_replay(self._paths, record)
        except (StorageError, ValueError) as error:
            self._channel.report(Warned(f"The game was not kept: {error}"))
            return
        self._channel.report(GameSaved(path.name, record.lines, len(record.actions)))

    def _change_players(self, names: tuple[str, ...]) -> None:
        try:
            players = [load_game_player(name, self._paths) for name in names]
        except StorageError as error:
            self._channel.report(Warned(str(error)))
            return
        self._names, self._stamps = names, [model_mtime(self._paths, name) for name in names]
        self._take_seats(players)
        self._begin(self._seed)
