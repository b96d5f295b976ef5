"""Two ages of a model at the same pieces: which ones play, and what follows when a game is decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeWorkerClient, fake_context
from tests.pilot import OpenPilot
from tests.sample_data import save_sample_ages, show_ages
from tests.scenes.actions import press
from tests.screens import open_ages
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Push
from tetris_arcade.scenes.play.model_ages import earlier_text, read_model_ages
from tetris_arcade.scenes.play.then_and_now import ThenAndNowScene, open_then_and_now
from tetris_arcade.ui.input import Action
from tetris_arcade.worker.shared.messages import DuelEnded, NewGame, PlayTask, Saved, SetPlayers, WorkerState


@pytest.fixture
def player() -> FakeWorkerClient:
    return FakeWorkerClient()


@pytest.fixture
def scene(tmp_path: Path, player: FakeWorkerClient) -> ThenAndNowScene:
    context, _messages = fake_context(tmp_path, player=player)
    save_sample_ages(context.paths)
    transition = open_then_and_now(context, "latest")
    assert isinstance(transition, Push)
    assert isinstance(transition.scene, ThenAndNowScene)
    transition.scene.enter()
    return transition.scene


def _wait(scene: ThenAndNowScene, seconds: float) -> None:
    for _ in range(round(seconds * 10)):
        scene.update(0.0, 0.1)


def _players(player: FakeWorkerClient) -> list[tuple[str, ...]]:
    return [command.names for command in player.sent if isinstance(command, SetPlayers)]


def test_ages_end_with_the_model_itself(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    assert read_model_ages(paths, "latest") is None
    save_sample_ages(paths)
    ages = read_model_ages(paths, "latest")
    assert ages is not None
    assert [age.player for age in ages.ages] == [
        *(f"latest@{timesteps}" for timesteps in (0, 1_000, 5_000, 20_000, 50_000)),
        "latest",
    ]
    assert [age.label for age in (ages.ages[0], ages.ages[2], ages.newest)] == [
        "UNTRAINED",
        "AFTER 5,000 MOVES",
        "NOW: 187,408 MOVES",
    ]
    assert ages.env.height == 20
    assert read_model_ages(paths, "bcts") is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (9.7, "9 s earlier"),
        (157.0, "2 min 37 s earlier"),
        (7_260.0, "2 h 1 min earlier"),
        (90_000.0, "1 day earlier"),
    ],
)
def test_how_much_training_lies_between(seconds: float, text: str) -> None:
    assert earlier_text(seconds) == text


def test_untrained_network_plays_against_the_newest_first(
    scene: ThenAndNowScene, player: FakeWorkerClient
) -> None:
    (task,) = player.started
    assert isinstance(task, PlayTask)
    assert task.players == ("latest@0", "latest")


def test_keys_change_the_age_of_the_chosen_side(scene: ThenAndNowScene, player: FakeWorkerClient) -> None:
    press(scene, Action.LEFT)  # there is none before
    press(scene, Action.RIGHT, Action.RIGHT)
    press(scene, Action.DOWN, Action.LEFT)
    assert _players(player) == [
        ("latest@1000", "latest"),
        ("latest@5000", "latest"),
        ("latest@5000", "latest@50000"),
    ]


def test_time_lapse_shows_every_age(scene: ThenAndNowScene, player: FakeWorkerClient) -> None:
    press(scene, Action.RIGHT, Action.THEN_AND_NOW)
    _wait(scene, 60.0)
    names = [left for left, right in _players(player)[1:] if right == "latest"]
    assert names == ["latest@0", *(f"latest@{n}" for n in (1_000, 5_000, 20_000, 50_000)), "latest"]
    _wait(scene, 20.0)
    assert len(_players(player)) == 1 + len(names)


def test_decided_game_is_followed_by_another_one(scene: ThenAndNowScene, player: FakeWorkerClient) -> None:
    _wait(scene, 20.0)
    assert not player.sent
    scene.on_report("player", DuelEnded((0, 12), 1, (1, 1)))
    _wait(scene, 2.0)
    assert not player.sent
    _wait(scene, 2.0)
    assert player.sent == [NewGame()]


def test_end_of_a_game_that_was_replaced_is_none(scene: ThenAndNowScene, player: FakeWorkerClient) -> None:
    player.frame["num_boards"] = 2
    player.frame["boards"]["game"] = 1
    _wait(scene, 0.1)
    press(scene, Action.RIGHT)
    scene.on_report("player", DuelEnded((0, 12), 1, (1, 1)))
    _wait(scene, 5.0)
    assert not any(isinstance(command, NewGame) for command in player.sent)


def test_saves_of_the_running_training_are_taken_over(scene: ThenAndNowScene) -> None:
    press(scene, Action.RIGHT)
    before = scene._ages
    scene.on_report("trainer", Saved("latest", "latest"))
    assert scene._ages is not before
    assert scene._players == ("latest@1000", "latest")


def test_screen_says_what_became_of_the_untrained_network(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_ages, (1280, 720))
    pilot.advance(0.5)
    for text in ("It could not clear a line.", "2 min 37 s earlier", "UNTRAINED", "11 lines"):
        assert pilot.sees(text)


def test_attract_mode_compares_the_run_with_its_past(open_pilot: OpenPilot) -> None:
    def open_attract(context):  # type: ignore[no-untyped-def]
        show_ages(context).state = WorkerState.RUNNING
        return AttractScene(context)

    pilot = open_pilot(open_attract, (1280, 720), frame_seconds=0.5)
    pilot.advance(42.0)  # title, game, leaders
    assert pilot.sees("It could not clear a line.")
    pilot.advance(24.0)
    assert pilot.sees("HOW IT WORKS")
    pilot.advance(68.0)
    assert pilot.sees("AFTER 1,000 MOVES")
