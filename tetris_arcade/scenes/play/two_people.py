"""Two people side by side, on one keyboard or two gamepads: race or attack, on the same pieces."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.garbage import Attack
from tetris_arcade.realtime.paired_games import PairedGames
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.play.match import Match, SideState
from tetris_arcade.scenes.play.match_layout import SideLayout
from tetris_arcade.scenes.play.match_menu import MatchMenu
from tetris_arcade.scenes.play.match_scene import MatchScene
from tetris_arcade.scenes.play.match_view import names_of_two
from tetris_arcade.scenes.play.person import Person
from tetris_arcade.scenes.play.person_panels import controls_height, draw_controls, player_hints
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.layout import cut_bottom
from tetris_arcade.ui.widgets.footer import Hint


class TwoPeopleScene(MatchScene):
    """A match of two people, each with keys and a gamepad of their own."""

    num_people = 2

    def make_games(self) -> tuple[RealtimeGame, ...]:
        seed, handling = self._make_seed(), self.context.settings.handling
        left, right = (RealtimeGame(self._mode, seed, handling) for _side in (0, 1))
        self._pair = PairedGames(left, right)
        return left, right

    def advance_games(self, to_us: int, dt: float) -> None:
        self._pair.advance(to_us)
        super().advance_games(to_us, dt)
        self._pair.exchange()

    @property
    def side_states(self) -> tuple[SideState, SideState]:
        first, second = map(SideState.of, self._pair.games)
        return first, second

    @property
    def effects(self) -> tuple[BoardEffects, BoardEffects]:
        first, second = self._people
        return first.effects, second.effects

    @property
    def sent(self) -> tuple[int, int]:
        first, second = self._pair.games
        return first.tally.sent, second.tally.sent

    @property
    def pieces(self) -> tuple[int, int]:
        first, second = self._pair.games
        return first.tally.pieces, second.tally.pieces

    @property
    def waiting_attacks(self) -> tuple[tuple[Attack, ...], tuple[Attack, ...]]:
        first, second = self._pair.games
        return first.garbage.attacks, second.garbage.attacks

    def menu(self, match: Match) -> Scene:
        return TwoPeopleMenu(self.context, self, match)

    @property
    def control_hints(self) -> tuple[Hint, ...]:
        return (*player_hints(0), *player_hints(1))

    @property
    def opponent(self) -> Recording:
        return Recording.of(self._pair.games[1])

    # --- Drawing ---

    @property
    def names(self) -> tuple[str, str]:
        return names_of_two()

    def draw_opponent(self, canvas: Canvas, layout: SideLayout, board: Rect) -> Rect:
        return self.draw_side_of(canvas, layout, board, self._people[1])

    def draw_side_of(self, canvas: Canvas, layout: SideLayout, board: Rect, person: Person) -> Rect:
        well = super().draw_side_of(canvas, layout, board, person)
        if self._countdown > 0 and not self.hides_board:
            hints = player_hints(self._people.index(person))
            least = controls_height(canvas, hints)
            keys, _above = cut_bottom(well, least if canvas.text_scale == 1.0 else well.height * 2 // 3)
            draw_controls(canvas, keys, self.context.key_hints, hints)
        return well


class TwoPeopleMenu(MatchMenu):
    """Who has won, and what comes next."""

    @property
    def heading(self) -> str:
        return {0: _("PLAYER 1 WINS!"), 1: _("PLAYER 2 WINS!"), None: _("DRAW")}[self._match.winner]
