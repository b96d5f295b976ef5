"""The coach in a game, by real keys: it is asked about each piece, and shows its three best placements."""

from __future__ import annotations

import pytest

from tests.fakes import FakeWorkerClient, as_fake
from tests.pilot import OpenPilot, Pilot
from tetris_arcade.config.game_review import RatedPlacement
from tetris_arcade.realtime.modes import MARATHON
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.play_menu import PlayMenuScene
from tetris_arcade.scenes.play.solo import SoloScene
from tetris_arcade.worker.shared.messages import Advice, Advise, CoachTask, Started, WorkerState

_PLACEMENTS = tuple(
    RatedPlacement(tuple((19, col + k) for k in range(4)), value)
    for col, value in ((0, 20.5), (4, 19.25), (6, 12.0))
)


def _open(open_pilot: OpenPilot) -> tuple[Pilot, SoloScene, FakeWorkerClient]:
    pilot = open_pilot(
        lambda context: SoloScene(context, MARATHON, make_seed=lambda: 7, coach="bcts"), frame_seconds=1 / 60
    )
    scene = pilot.app.top
    assert isinstance(scene, SoloScene)
    player = as_fake(pilot.app.context.player)
    player.answers = [Started()]
    return pilot, scene, player


def _questions(player: FakeWorkerClient) -> list[Advise]:
    return [command for command in player.sent if isinstance(command, Advise)]


def _answer(pilot: Pilot, player: FakeWorkerClient, number: int) -> None:
    player.reports.append(Advice(number, _PLACEMENTS))
    pilot.send()


def test_one_key_shows_the_three_best_placements_with_their_values(open_pilot: OpenPilot) -> None:
    pilot, scene, player = _open(open_pilot)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    pilot.press("k")
    assert player.started == [CoachTask("bcts")]
    pilot.send()
    (asked,) = _questions(player)
    assert scene.game.piece is not None
    assert (asked.position.piece, asked.position.next_piece) == (
        scene.game.piece.piece,
        scene.game.next_pieces[0],
    )
    assert asked.position.board == "0" * 200
    _answer(pilot, player, asked.number)
    pilot.send()
    for text in ("bcts", "1st place", "20.50", "-1.25", "-8.50"):
        assert pilot.sees(text)
    pilot.press("k")
    assert not pilot.sees("1st place")
    assert player.state is WorkerState.STOPPED


def test_each_piece_and_each_exchange_is_asked_about_once(open_pilot: OpenPilot) -> None:
    pilot, scene, player = _open(open_pilot)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    pilot.press("k")
    pilot.advance(0.3)
    assert len(_questions(player)) == 1
    pilot.press("left", "space")
    pilot.advance(0.3)
    pilot.press("c")
    pilot.advance(0.3)
    asked = _questions(player)
    assert [question.number for question in asked] == [1, 2, 3]
    assert asked[1].position.board.count("0") == 196
    assert asked[1].position.board == asked[2].position.board
    assert asked[2].position.piece == scene.game.piece.piece  # type: ignore[union-attr]


def test_an_answer_that_comes_too_late_is_not_shown(open_pilot: OpenPilot) -> None:
    pilot, _, player = _open(open_pilot)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    pilot.press("k")
    pilot.send()
    pilot.press("space")
    pilot.send()
    _answer(pilot, player, 1)
    assert not pilot.sees("20.50")
    _answer(pilot, player, 2)
    pilot.send()
    assert pilot.sees("20.50")


def test_a_process_that_was_replaced_is_asked_again(open_pilot: OpenPilot) -> None:
    pilot, _, player = _open(open_pilot)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    pilot.press("k")
    pilot.send()
    player.reports.append(Started())
    pilot.advance(0.1)
    assert len(_questions(player)) == 2


def test_the_pause_menu_turns_it_on_so_that_a_cabinet_can(open_pilot: OpenPilot) -> None:
    pilot, _, player = _open(open_pilot)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    pilot.press("1")
    assert pilot.title == "Paused"
    pilot.choose("Coach")
    assert player.started == [CoachTask("bcts")]
    assert pilot.sees("on")


def test_a_pad_turns_it_on(open_pilot: OpenPilot, monkeypatch: pytest.MonkeyPatch) -> None:
    pilot, _, player = _open(open_pilot)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    monkeypatch.setattr(pilot.app._mapper._pads, "_has_shift", True)
    pilot.press_pad(4)
    assert player.started == [CoachTask("bcts")]


def test_a_game_with_advice_enters_no_table(open_pilot: OpenPilot) -> None:
    pilot, scene, _ = _open(open_pilot)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    pilot.press("k", "k")
    for _number in range(40):
        pilot.press("space")
    assert scene.game.is_over
    pilot.advance(2.0)
    assert pilot.title == "Result"
    assert pilot.sees("not ranked")
    pilot.choose("Play again")
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    for _number in range(40):
        pilot.press("space")
    pilot.advance(2.0)
    assert pilot.title == "Initials"


def test_the_model_of_matches_is_the_coach(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(PlayMenuScene, frame_seconds=1 / 60)
    pilot.go_to("Opponent")
    pilot.press("right")
    menu = pilot.app.top
    assert isinstance(menu, PlayMenuScene)
    model = menu._models[menu._model].name
    pilot.choose("40 lines")
    pilot.press("k")
    assert as_fake(pilot.app.context.player).started[-1] == CoachTask(model)
