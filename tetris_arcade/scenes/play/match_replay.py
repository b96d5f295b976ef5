"""A game of two sides once more: both are played back together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.realtime.machine_recording import MachineRecording
from tetris_arcade.realtime.match_recording import MatchRecording
from tetris_arcade.realtime.modes import GameMode
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.scenes.base import KeyBinding, Push, Transition, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.scenes.play.machine_board import landing_callout
from tetris_arcade.scenes.play.match import Match, SideState, judge_game
from tetris_arcade.scenes.play.match_layout import SideLayout
from tetris_arcade.scenes.play.match_view import (
    MatchHead,
    MatchSide,
    draw_machine_side,
    draw_match,
    draw_person_side,
    draw_side_callout,
    machine_name,
    names_of_two,
)
from tetris_arcade.scenes.play.person import Callout, Person
from tetris_arcade.scenes.play.person_panels import format_time
from tetris_arcade.scenes.play.played_replay import PlayedReplayScene
from tetris_arcade.scenes.play.review import ReviewedGame, ReviewScene
from tetris_arcade.services.default_player import default_player
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.notice import draw_strip


@dataclass(frozen=True)
class PlayedMatch:
    """A game of two sides. file: where it is saved, None if it is not."""

    recording: MatchRecording
    file: Path | None = None

    def names(self, context: Context) -> tuple[str, str]:
        """Of the first person and of the opponent."""
        opponent = self.recording.opponent
        if isinstance(opponent, Recording):
            return names_of_two()
        return _("You"), machine_name(context, opponent.model, opponent.level)


class MatchReplayScene(PlayedReplayScene):
    """Plays the games of a match, with up and down the next ones, from the newest on."""

    def __init__(self, context: Context, games: Sequence[PlayedMatch]) -> None:
        self._games = games
        self._shown = len(games) - 1
        super().__init__(context, self._recording.end_us)

    @property
    def _recording(self) -> MatchRecording:
        return self._games[self._shown].recording

    def start_playback(self) -> None:
        opponent, audio = self._recording.opponent, self.context.audio
        self._first = _PersonSide(self._recording.first, audio)
        self._opponent: _PersonSide | _MachineSide = (
            _PersonSide(opponent, audio) if isinstance(opponent, Recording) else _MachineSide(opponent)
        )

    @property
    def _sides(self) -> tuple[_PersonSide | _MachineSide, ...]:
        return self._first, self._opponent

    def play_to(self, time_us: int) -> None:
        for side in self._sides:
            side.play_to(time_us)

    def follow(self, dt: float) -> None:
        for side in self._sides:
            side.follow(self.time_us, dt)

    def forget(self) -> None:
        for side in self._sides:
            side.forget()

    # --- Input ---

    def bindings(self) -> list[KeyBinding]:
        others = super().bindings()
        if len(self._games) == 1:
            return others
        return [others[0], bind_pair(_("game"), self._change_game, Action.UP, Action.DOWN), *others[1:]]

    def _change_game(self, by: int) -> None:
        self._shown = (self._shown + by) % len(self._games)
        self.load(self._recording.end_us)

    def review(self) -> Transition:
        return review_match(self.context, self._games[self._shown])

    @property
    def file(self) -> Path | None:
        return self._games[self._shown].file

    @property
    def pieces(self) -> int:
        return self._first.pieces

    # --- Drawing ---

    def draw_playback(self, canvas: Canvas) -> Rect:
        mode, names = self._recording.mode, self._games[self._shown].names(self.context)
        result = judge_game(mode, self._first.state(mode), self._opponent.state(mode))
        is_decided = self.has_ended and result is not None
        wells = draw_match(
            canvas,
            (self._first.shown(names[0]), self._opponent.shown(names[1])),
            mode,
            MatchHead(self._heading, self.speed_text, format_time(self.time_us)),
            self.time_us,
            Match((result,)) if is_decided and result is not None else Match(),
            is_decided=is_decided,
            shows_results=False,
        )
        for well in wells if self.is_paused and not self.has_ended else ():
            draw_strip(canvas, well, _("PAUSED"), canvas.theme.warning)
        return wells[0]

    @property
    def _heading(self) -> str:
        if len(self._games) == 1:
            return _("Replay")
        return _("Game {number} of {games}").format(number=self._shown + 1, games=len(self._games))


def review_match(context: Context, game: PlayedMatch) -> Transition:
    """See what a model makes of a person's side; of two people, ask which one."""
    names, people = game.names(context), game.recording.people

    def review(key: str) -> Transition:
        side = int(key)
        # The file of a game of two people is reviewed as the game of the first one.
        file = None if side else game.file
        reviewed = ReviewedGame.of_person(names[side], people[side].play_back(), file)
        return Push(ReviewScene(context, reviewed, default_player(context.paths)))

    if len(people) == 1:
        return review("0")
    options = [(str(side), names[side]) for side in range(len(people))]
    return Push(ChoiceDialog(context, _("Whose game?"), options, review))


class _PersonSide:
    """What a person played, played back."""

    def __init__(self, recording: Recording, audio: Audio) -> None:
        self._playback = recording.start_playback()
        self._person = Person(self._playback.game, audio)

    @property
    def pieces(self) -> int:
        return self._playback.game.tally.pieces

    def play_to(self, time_us: int) -> None:
        self._playback.advance(time_us)

    def follow(self, time_us: int, dt: float) -> None:
        self._person.advance(time_us, dt)

    def forget(self) -> None:
        self._playback.game.take_events()

    @property
    def effects(self) -> BoardEffects:
        return self._person.effects

    def state(self, mode: GameMode) -> SideState:
        return SideState.of(self._playback.game)

    def shown(self, name: str) -> MatchSide:
        game = self._playback.game
        tally, attacks = game.tally, game.garbage.attacks
        return MatchSide(name, tally.lines, tally.pieces, tally.sent, attacks, self.effects, self._draw)

    def _draw(self, canvas: Canvas, layout: SideLayout, board: Rect) -> Rect:
        well = draw_person_side(canvas, layout, board, self._person)
        draw_side_callout(canvas, well, self._person.callout)
        return well


class _MachineSide:
    """What a model played, played back."""

    def __init__(self, recording: MachineRecording) -> None:
        self._playback = recording.start_playback()
        self._has_attacks = recording.mode.has_attacks
        self._board = BoardPlayer()
        self._callout: Callout | None = None
        self._new_callout: Callout | None = None

    def play_to(self, time_us: int) -> None:
        for landing in self._playback.advance(time_us):
            if self._has_attacks:
                self._new_callout = landing_callout(landing) or self._new_callout

    def _show(self, dt: float) -> None:
        if self._playback.board is not None:
            self._board.show_moment(BoardModel.of(self._playback.board), self._playback.progress, dt)

    def follow(self, time_us: int, dt: float) -> None:
        self._show(dt)
        self._callout = self._new_callout or (self._callout and self._callout.faded(dt))
        self._new_callout = None

    def forget(self) -> None:
        self._callout = self._new_callout = None
        self._board = BoardPlayer()
        self._show(0.0)

    @property
    def effects(self) -> BoardEffects:
        return self._board.effects

    def state(self, mode: GameMode) -> SideState:
        board = self._playback.board
        is_over = board is not None and board.over
        return SideState.of_machine(mode, self._playback.side.lines, is_over=is_over)

    def shown(self, name: str) -> MatchSide:
        side = self._playback.side
        attacks = side.garbage.attacks
        return MatchSide(name, side.lines, side.pieces, side.sent, attacks, self.effects, self._draw)

    def _draw(self, canvas: Canvas, layout: SideLayout, board: Rect) -> Rect:
        view, progress, effects = self._board.view, self._board.progress, self._board.effects
        well = draw_machine_side(canvas, layout, board, view, progress, show_game_over=False, effects=effects)
        draw_side_callout(canvas, well, self._callout)
        return well
