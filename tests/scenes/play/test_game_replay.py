"""A person's game is seen again as it was: at any speed, from any time."""

from __future__ import annotations

from tests.pilot import OpenPilot, Pilot
from tests.realtime.boards import play, random_inputs
from tetris_arcade.config.handling import Handling
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import MARATHON, SECOND
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.scenes.play.game_replay import GameReplayScene
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.solo import SoloScene


def _game() -> RealtimeGame:
    return play(RealtimeGame(MARATHON, 4, Handling(80, 0), 3), random_inputs(4, 200, 100_000))


def _open(open_pilot: OpenPilot, game: RealtimeGame) -> tuple[Pilot, GameReplayScene]:
    pilot = open_pilot(lambda context: GameReplayScene(context, Recording.of(game)), (800, 480), None, 1 / 30)
    scene = pilot.app.top
    assert isinstance(scene, GameReplayScene)
    return pilot, scene


def _shown(scene: GameReplayScene) -> RealtimeGame:
    return scene._person.game


def test_a_game_is_played_to_its_end(open_pilot: OpenPilot) -> None:
    game = _game()
    pilot, scene = _open(open_pilot, game)
    pilot.press("+", "+", "+")
    pilot.advance(game.now_us / SECOND / 8 + 0.5)
    assert (_shown(scene).board.digest, _shown(scene).tally) == (game.board.digest, game.tally)
    assert _shown(scene).now_us == game.now_us


def test_a_jump_gives_the_same_board_as_waiting(open_pilot: OpenPilot) -> None:
    game = _game()
    pilot, scene = _open(open_pilot, game)
    pilot.press("p")
    boards = []
    for time_us in (2 * SECOND, 8 * SECOND, 2 * SECOND):
        scene.seek(time_us)
        pilot.send()
        boards.append((_shown(scene).board.digest, _shown(scene).piece))
    assert boards[0] == boards[2] != boards[1]
    scene.seek(game.now_us)
    assert _shown(scene).board.digest == game.board.digest


def test_a_pause_stops_it_and_the_keys_rewind(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot, _game())
    pilot.advance(1.0)
    pilot.press("p")
    before = _shown(scene).now_us
    pilot.advance(1.0)
    assert _shown(scene).now_us == before
    pilot.press("right")
    assert _shown(scene).now_us == before + 5 * SECOND
    pilot.press("left", "left")
    assert _shown(scene).now_us == 0
    assert pilot.sees("0:00 /")


def test_the_result_leads_to_it_and_it_leads_back(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(lambda context: SoloScene(context, MARATHON, make_seed=lambda: 7))
    pilot.advance(COUNTDOWN_SECONDS + 0.1)
    for _ in range(30):
        pilot.press("space")
    pilot.advance(2.0)
    pilot.press("escape")
    pilot.choose("Watch it again")
    assert pilot.title == "Replay of your game"
    pilot.press("escape")
    assert pilot.title == "Result"
