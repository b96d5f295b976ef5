"""The play task: games to watch, by one player or by two side by side on the same pieces."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.config.machine_levels import Handicap
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.engine.insight import Insight
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import Replay, save_replay
from tetris_arcade.storage.slots import model_mtime
from tetris_arcade.training.players import NetworkPlayer, Player
from tetris_arcade.training.replay_player import ReplayPlayer, ReplayRecorder, load_game_player
from tetris_arcade.training.taken_game import GivenPieces, position_of
from tetris_arcade.training.throughput import Throughput
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.handicap import HandicappedPlayer
from tetris_arcade.worker.child.kernels import load_kernels
from tetris_arcade.worker.child.main import TaskError
from tetris_arcade.worker.child.move_explainer import MoveExplainer
from tetris_arcade.worker.child.pacer import Pacer
from tetris_arcade.worker.shared.board_record import write_board
from tetris_arcade.worker.shared.duel import DuelScore, is_decided, winner
from tetris_arcade.worker.shared.messages import (
    DuelEnded,
    GameEnded,
    GameSaved,
    HandedOver,
    HandOver,
    NewGame,
    PlayOn,
    PlayTask,
    PushGarbage,
    QueuedCommand,
    SaveGame,
    Seek,
    SetLookahead,
    SetPlayers,
    Warned,
)

_SECONDS_AFTER_GAME = 1.5
_SECONDS_BETWEEN_REPORTS = 0.05
_SECONDS_BETWEEN_COMMANDS = 0.02
_HARDLY_STARTED_PIECES = 20
_MIN_EXPLAINED_SECONDS = 0.045
"""Explaining a move takes half a millisecond; at more than 20 moves per second nobody could read it."""


def run_play_task(task: PlayTask, paths: DataPaths, channel: Channel) -> str:
    """Play until stopped."""
    load_kernels(channel)
    try:
        players = [load_game_player(name, paths) for name in task.players]
    except StorageError as error:
        raise TaskError(str(error)) from error
    session = PlaySession(task, paths, channel, players)
    session.start()
    channel.mark_started()
    session.play()
    return "it was stopped"


class PlayerBoard:
    """One player, its game, and the BOARD record that shows it."""

    def __init__(self, player: Player, record: Any, handicap: Handicap) -> None:
        self.player = player
        self._handicap = handicap
        self._chooser = player
        self.game: Game
        self._record = record
        # Serial numbers continue: the viewer recognizes a new game or move by them.
        self._games, self._moves = int(record["game"]), int(record["move"])
        self._values = np.full(NUM_ACTIONS, np.nan, np.float32)
        self._explainer = MoveExplainer(EnvConfig())
        self._insight: Insight | None = None
        self._explained_at = 0.0
        self._is_finished = False
        self._is_shown = True
        self._recorder: ReplayRecorder | None = None
        self._previous_recorder: ReplayRecorder | None = None
        self._previous_lines = self._previous_score = 0
        self._given: GivenPieces | None = None
        self._garbage: tuple[int, ...] = ()
        """The columns of the holes of the rows that rise before the next move."""

    @property
    def is_playing(self) -> bool:
        return not self.game.is_over

    @property
    def duel_score(self) -> DuelScore:
        return DuelScore(self.game.lines, self.game.pieces)

    @property
    def game_number(self) -> int:
        """The game's serial number."""
        return self._games

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
        self._chooser = self.player
        if self._handicap != Handicap():
            self._chooser = HandicappedPlayer(self.player, self._handicap, seed)
        self._is_finished, self._given, self._garbage = False, None, ()
        self._explainer, self._insight = MoveExplainer(env), None
        self._games += 1
        self._show(self._position())

    def play_on(self, env: EnvConfig, seed: int, position: GamePosition) -> None:
        """Start and show a game in a position; it cannot be saved, because a replay starts with no piece."""
        self.start(env, seed)
        self._given, self._recorder = GivenPieces(position), None
        self._given.start(self.game, position)
        self._show(self._position())

    def hand_over(self) -> GamePosition:
        """The position of the game."""
        return position_of(self.game.games, self.game.rules, 0, self.game.cells)

    def add_garbage(self, holes: tuple[int, ...]) -> None:
        """Have rows rise before the next move."""
        self._garbage += holes

    def raise_garbage(self) -> None:
        """Let the rows rise that are due, from which the game can end."""
        holes, self._garbage = self._garbage, ()
        if holes and self.is_playing:
            self.game.push_garbage(holes)

    def move(self, lookahead: bool, seconds: float, is_shown: bool) -> None:
        """Choose and play one placement; write it to the record if it will be shown."""
        action = self._chooser.choose(self.game, lookahead, self._values)
        if self._recorder is not None:
            self._recorder.add(action)
        self._moves += 1
        self._is_shown = is_shown
        self._insight = self._explain(action, lookahead) if is_shown else None
        position = (
            self._position(greedy=True, move_seconds=seconds, values=self._values, insight=self._insight)
            if is_shown
            else None
        )
        placed = self.game.step(action)
        if self._given is not None:
            self._given.after_move(self.game)
        if position is None:
            return
        self._show(
            position.with_move(placed, lines=self.game.lines, pieces=self.game.pieces, score=self.game.score)
        )

    def _explain(self, action: int, lookahead: bool) -> Insight | None:
        """Why a network chose an action; None if it looks ahead, or moves faster than anybody reads."""
        now = time.monotonic()
        if not isinstance(self.player, NetworkPlayer) or lookahead:
            return None
        if now - self._explained_at < _MIN_EXPLAINED_SECONDS:
            return None
        self._explained_at = now
        rows, actions = self.player.last_placements()
        return self._explainer.explain(
            self.player.network, rows, actions, self._values, action, self.game.pieces
        )

    def show_position(self) -> None:
        """Show the position if the move that led to it was not shown."""
        if not self._is_shown:
            self._show(self._position())

    def finish(self) -> None:
        """Show how the game ended, and keep its result for `replay_to_save`."""
        self._is_finished = True
        self._previous_lines, self._previous_score = self.game.lines, self.game.score
        self._show(self._position(over=True, insight=self._insight))

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

    def _position(self, **fields: Any) -> DisplayedBoard:
        return DisplayedBoard.from_game(self.game, game=self._games, move=self._moves, **fields)

    def _show(self, view: DisplayedBoard) -> None:
        write_board(self._record, view)


class PlaySession:
    """Plays games on one board or two, with ascending seeds."""

    def __init__(self, task: PlayTask, paths: DataPaths, channel: Channel, players: Sequence[Player]) -> None:
        self._channel, self._paths = channel, paths
        self._env, self._seed, self._lookahead = task.env, task.seed, task.lookahead
        self._handicap, self._start = task.handicap, task.start
        self._pacer = Pacer(channel, self._on_command, self._publish)
        self._throughput = Throughput()
        self._moves = 0
        self._next_report_at = 0.0
        self._is_decided = False  # Only a duel's game.
        self._set_players(task.players, players)

    def start(self) -> None:
        """Start and publish the first game."""
        self._start_game(self._seed)
        if self._start is not None:
            self._play_on(self._start)

    def play(self) -> None:
        """Play until stopped."""
        while self._pacer.wait_for_turn():
            for board in self._boards:
                board.raise_garbage()
            has_ended = self._finish_games()
            if self._is_decided:
                self._pacer.mark_moved()  # A single step is used up, though nothing moves.
                self._pacer.delay(_SECONDS_BETWEEN_COMMANDS)
            elif any(board.is_playing for board in self._boards):
                self._move()
            elif has_ended:
                self._pacer.delay(_SECONDS_AFTER_GAME if self._pacer.move_seconds else 0.0)
            else:
                self._start_game(self._seed + 1)

    def _set_players(self, names: Sequence[str], players: Sequence[Player]) -> None:
        frame = self._channel.frame
        frame["num_boards"] = len(players)
        self._names = names
        self._model_mtimes = [model_mtime(self._paths, name) for name in names]
        self._boards = [
            PlayerBoard(player, record, self._handicap)
            for player, record in zip(players, frame["boards"][0], strict=False)
        ]

    def _start_game(self, seed: int) -> None:
        self._seed, self._is_decided = seed, False
        self._reload_saved_models()
        for board in self._boards:
            board.start(self._env, seed)
        self._publish()

    def _reload_saved_models(self) -> None:
        """Reload models that were saved, by a training or by hand, since they were loaded."""
        for side, name in enumerate(self._names):
            mtime = model_mtime(self._paths, name)
            if mtime is None or mtime == self._model_mtimes[side]:
                continue
            self._model_mtimes[side] = mtime
            try:
                self._boards[side].player = load_game_player(name, self._paths)
            except StorageError as error:
                self._channel.report(Warned(f"{name} was not reloaded: {error}"))

    def _move(self) -> None:
        """Make one move on every board whose game is not over."""
        seconds = self._pacer.move_seconds
        is_shown = self._pacer.should_show_next_move
        for board in self._boards:
            if board.is_playing:
                board.move(self._lookahead, seconds, is_shown)
        self._moves += 1
        self._pacer.mark_moved(is_shown=is_shown)
        if is_shown:
            self._publish()

    def _finish_games(self) -> bool:
        """Finish the games that ended with the last move, and report results; return whether any ended."""
        ended = [board for board in self._boards if board.has_ended]
        for board in ended:
            board.finish()
        if len(self._boards) == 2:
            self._decide_duel()
        elif ended:
            self._report_game(ended[0].game)
        if ended and (self._pacer.move_seconds or self._channel.is_frame_due):
            self._publish()
        return bool(ended)

    def _decide_duel(self) -> None:
        """End a duel's game, with a report, as soon as nothing can change its result."""
        left, right = self._boards
        scores = left.duel_score, right.duel_score
        if self._is_decided or not is_decided(scores, (not left.is_playing, not right.is_playing)):
            return
        self._is_decided = True
        for board in self._boards:
            if board.is_playing:
                board.show_position()
        self._publish()
        lines, games = (left.game.lines, right.game.lines), (left.game_number, right.game_number)
        self._channel.report(DuelEnded(lines, winner(scores), games))

    def _report_game(self, game: Game) -> None:
        """Report a game, but not each of hundreds per second."""
        now = time.monotonic()
        if now >= self._next_report_at:
            self._next_report_at = now + _SECONDS_BETWEEN_REPORTS
            self._channel.report(GameEnded(game.lines, game.pieces, game.score))

    def _publish(self) -> None:
        counters = self._channel.frame["counters"]
        counters["timesteps"] = self._moves
        counters["timesteps_per_second"] = self._throughput.update(self._moves, self._pacer.running_seconds)
        self._channel.publish_frame()

    def _on_command(self, command: QueuedCommand) -> None:
        match command:
            case NewGame(env, seed):
                self._env = env or self._env
                self._start_game(self._seed + 1 if seed is None else seed)
            case PushGarbage(holes):
                self._boards[0].add_garbage(holes)
            case SetLookahead(on):
                self._lookahead = on
            case SetPlayers(names):
                self._change_players(names)
            case SaveGame():
                self._save_game()
            case HandOver():
                self._channel.report(HandedOver(self._boards[0].hand_over()))
            case PlayOn(position):
                self._play_on(position)
            case Seek(pieces):
                for board in self._boards:
                    board.seek(pieces)
                self._publish()
            case _:
                self._channel.report(Warned("There is nothing to save: no training is running."))

    def _play_on(self, position: GamePosition) -> None:
        """Play on from a position, unless the board has another height."""
        if position.height != self._env.height:
            self._channel.report(Warned(f"A board of {position.height} rows cannot be played on here."))
            return
        self._boards[0].play_on(self._env, self._seed, position)
        self._publish()

    def _save_game(self) -> None:
        replay = self._boards[0].replay_to_save()
        if replay is None:
            self._channel.report(Warned("There is no game to save yet."))
            return
        if not replay.lines:
            self._channel.report(Warned("No line is cleared yet: there is nothing worth saving."))
            return
        try:
            path = save_replay(self._paths, replay)
        except (StorageError, ValueError) as error:
            self._channel.report(Warned(f"The game was not saved: {error}"))
            return
        self._channel.report(GameSaved(path.name, replay.lines, len(replay.actions)))

    def _change_players(self, names: tuple[str, ...]) -> None:
        try:
            players = [load_game_player(name, self._paths) for name in names]
        except StorageError as error:
            self._channel.report(Warned(str(error)))
            return
        self._set_players(names, players)
        self._start_game(self._seed)
