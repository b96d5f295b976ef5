"""Plays games to be watched: one player, or two side by side on the same pieces."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.board_view import BoardView
from tetris_arcade.engine.compile_kernels import warm_up
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import Replay, save_replay
from tetris_arcade.storage.slots import model_mtime
from tetris_arcade.training.players import Player
from tetris_arcade.training.replay_player import ReplayPlayer, ReplayRecorder, load_game_player
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.main import TaskError
from tetris_arcade.worker.child.pacer import Pacer
from tetris_arcade.worker.child.throughput import Throughput
from tetris_arcade.worker.shared.board_record import write_board
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
_HARDLY_STARTED_PIECES = 20


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
    """One player, its game, and the BOARD record that shows it."""

    def __init__(self, player: Player, record: Any) -> None:
        self.player = player
        self.game: Game
        self._record = record
        # Serial numbers continue: the viewer recognizes a new game or move by them.
        self._games, self._moves = int(record["game"]), int(record["move"])
        self._values = np.full(NUM_ACTIONS, np.nan, np.float32)
        self._is_finished = False
        self._recorder: ReplayRecorder | None = None
        self._previous_recorder: ReplayRecorder | None = None
        self._previous_lines = self._previous_score = 0

    @property
    def is_playing(self) -> bool:
        return not self.game.is_over

    @property
    def has_ended(self) -> bool:
        """Whether the game is over and `finish` was not called yet."""
        return self.game.is_over and not self._is_finished

    def start(self, env: EnvConfig, seed: int) -> None:
        """Start and show a new game."""
        if isinstance(self.player, ReplayPlayer):
            self.game = self.player.new_game()
        else:
            self.game = Game(env.height, env.pieces, seed, env.garbage_every, env.max_pieces)
        self._previous_recorder, self._recorder = (
            self._recorder,
            ReplayRecorder(env, seed, self.player.name),
        )
        self._is_finished = False
        self._games += 1
        self._show(self._position())

    def move(self, lookahead: bool, seconds: float, is_shown: bool) -> None:
        """Choose and play one placement; write it to the record if it will be shown."""
        action = self.player.choose(self.game, lookahead, self._values)
        if self._recorder is not None:
            self._recorder.add(action)
        self._moves += 1
        if not is_shown:
            self.game.step(action)
            return
        position = self._position(greedy=True, move_seconds=seconds, values=self._values)
        placed = self.game.step(action)
        self._show(
            position.with_move(placed, lines=self.game.lines, pieces=self.game.pieces, score=self.game.score)
        )

    def finish(self) -> None:
        """Show how the game ended, and keep its result for `replay_to_save`."""
        self._is_finished = True
        self._previous_lines, self._previous_score = self.game.lines, self.game.score
        self._show(self._position(over=True))

    def replay_to_save(self) -> Replay | None:
        """The running game, or the previous one if the running one has hardly started.

        None if there is neither, or if the game is itself a replay.
        """
        current, previous = self._recorder, self._previous_recorder
        if isinstance(self.player, ReplayPlayer) or current is None:
            return None
        if current.pieces < _HARDLY_STARTED_PIECES and previous is not None and previous.pieces:
            return previous.to_replay(self._previous_lines, self._previous_score)
        return current.to_replay(self.game.lines, self.game.score) if current.pieces else None

    def seek(self, pieces: int) -> None:
        """Go to the position of a replay after that many pieces; other games cannot go back."""
        if not isinstance(self.player, ReplayPlayer):
            return
        if pieces < self.game.pieces or self.game.is_over:
            self.game = self.player.new_game()
            self._games += 1
        self._is_finished = False
        while self.game.pieces < pieces and not self.game.is_over:
            self.game.step(self.player.choose(self.game, False, self._values))
        self._moves += 1
        self._show(self._position())

    def _position(self, **fields: Any) -> BoardView:
        return BoardView.from_game(self.game, game=self._games, move=self._moves, **fields)

    def _show(self, view: BoardView) -> None:
        write_board(self._record, view)


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
        frame["num_boards"] = len(players)
        self._seats = [PlayerBoard(player, boards[side]) for side, player in enumerate(players)]

    def _begin(self, seed: int) -> None:
        self._seed, self._is_told = seed, None
        self._take_newer_models()
        for seat in self._seats:
            seat.start(self._env, seed)
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
        record = self._seats[0].replay_to_save()
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
