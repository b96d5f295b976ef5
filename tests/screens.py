"""All screens of the window, for tests that look at each of them at several sizes."""

from __future__ import annotations

from collections.abc import Callable

from tests.fake_screens import open_attract, open_demo, open_duel, open_models, open_replays, open_title
from tests.fakes import as_fake
from tests.hidden_app import Plan
from tests.match_screens import SECOND_PERSON_TOPS_OUT, open_match_again, open_match_of_five
from tests.pilot import OpenPilot, Pilot
from tests.realtime.boards import play, random_inputs
from tests.review_screens import open_review, open_taken_game
from tests.sample_data import (
    save_sample_models,
    save_sample_run,
    show_ages,
    show_demo,
    show_duel,
    show_training,
)
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import ATTACK, MARATHON, RACE_BY_TIME, SPRINT, ULTRA
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.play.duel_setup import DuelSetupScene
from tetris_arcade.scenes.play.game_replay import GameReplayScene
from tetris_arcade.scenes.play.model_ages import read_model_ages
from tetris_arcade.scenes.play.play_menu import PlayMenuScene
from tetris_arcade.scenes.play.replay import ReplayScene
from tetris_arcade.scenes.play.replay_summary import ReplaySummary
from tetris_arcade.scenes.play.solo import SoloScene
from tetris_arcade.scenes.play.then_and_now import ThenAndNowScene
from tetris_arcade.scenes.play.two_people import TwoPeopleScene
from tetris_arcade.scenes.play.versus import VersusScene
from tetris_arcade.scenes.settings.handling import HandlingScene
from tetris_arcade.scenes.settings.keys import KeySettingsScene
from tetris_arcade.scenes.settings.kiosk import PlaylistScene
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.setup import TrainingSetupScene
from tetris_arcade.worker.shared.messages import Stage, Started, TrainTask, WorkerState

SIZES = ((800, 480), (1280, 720), (1920, 1080), (1080, 1920))
TEXT_SIZES = (1.0, 1.25, 1.5)


def open_training(context: Context) -> Scene:
    show_training(context).start(TrainTask(speed=4.0))
    return TrainScene(context)


def open_training_start(context: Context) -> Scene:
    trainer = as_fake(context.trainer)
    trainer.start(TrainTask())
    trainer.state, trainer.stage = WorkerState.STARTING, Stage("kernel 5 of 13: step", 0.4)
    return TrainScene(context)


def open_title_while_training(context: Context) -> Scene:
    open_training(context)
    return TitleScene(context)


def open_saved_run(context: Context) -> Scene:
    save_sample_run(context)
    return TrainingSetupScene(context)


def _demo_of_tested_model(context: Context) -> Scene:
    show_demo(context, ended=6)
    return DemoScene(context, "champion", 2.0)


def open_duel_over(context: Context) -> Scene:
    show_duel(context, is_over=True)
    return DuelScene(context, "champion", "bcts")


def _replay(context: Context) -> Scene:
    show_demo(context)
    path = context.paths.replays / "game.json"
    games = [
        ReplaySummary(path, player, lines, 15_030, 4_000, "bag, 20 rows", "2026-03-14 15:09")
        for player, lines in (("night run", 1_599), ("champion", 1_600), ("bcts", 412))
    ]
    return ReplayScene(context, games, 1)


def _duel_setup(context: Context) -> Scene:
    save_sample_models(context)
    return DuelSetupScene(context)


def open_ages(context: Context) -> Scene:
    show_ages(context)
    ages = read_model_ages(context.paths, "latest")
    assert ages is not None
    return ThenAndNowScene(context, "latest", ages)


def open_mosaic(context: Context) -> Scene:
    scene = open_training(context)
    games = as_fake(context.trainer).frame["games"]
    games["count"], games["height"] = 16, 20
    for number in range(16):
        games["columns"][number] = [2 ** ((number * 7 + col * col) % (2 + number)) - 1 for col in range(10)]
        games["lines"][number] = number * 13
    return scene


def open_marathon(context: Context) -> Scene:
    return SoloScene(context, MARATHON, 3, make_seed=lambda: 12)


def open_sprint(context: Context) -> Scene:
    return SoloScene(context, SPRINT, make_seed=lambda: 5)


def open_ultra(context: Context) -> Scene:
    return SoloScene(context, ULTRA, make_seed=lambda: 9)


def open_attack(context: Context) -> Scene:
    """An attack game against the machine, with garbage on its way to both sides."""
    player = show_demo(context)
    player.frame["boards"][0]["game"], player.frame["boards"][0]["lines"] = 1, 12
    player.answers.append(Started())
    scene = VersusScene(context, "champion", 4, ATTACK, num_games=5, make_seed=lambda: 12)
    scene.game.receive_garbage(8)
    scene.game.receive_garbage(3)
    scene._machine_side.garbage.receive(4, 0)
    scene._machine_side.garbage.receive(2, 60_000_000)
    return scene


def open_two_people(context: Context) -> Scene:
    """An attack game of two people, with garbage on its way to the right one."""
    scene = TwoPeopleScene(context, ATTACK, make_seed=lambda: 12)
    scene._people[1].game.receive_garbage(4)
    scene._people[1].game.receive_garbage(2)
    return scene


def open_race_of_two(context: Context) -> Scene:
    return TwoPeopleScene(context, RACE_BY_TIME, make_seed=lambda: 5)


PIECES_OF_TWO: Plan = (
    *(2.0, "a", "a", "left", "space", "return", "d", "d", "right", "right", "right", "space", "return"),
    *("w", "up", "e", "d", "left", "space", "return", "a", "left", "left", 0.1),
)
PIECES_BY_KEYS: Plan = (
    *(2.0, "left", "left", "left", "space", "right", "right", "right", "space", "up", "space", "c", "left"),
    *("left", "space", "up", "right", "right", "space", "right", "space", 0.3),
)
"""The countdown, and six pieces."""
TOPPED_OUT: Plan = (2.0, *["space"] * 30, 0.5)
"""A game that ends because all pieces are in the middle."""


def open_game_replay(context: Context) -> Scene:
    """A game of a quarter of a minute."""
    game = play(RealtimeGame(MARATHON, 4, level=3), random_inputs(4, 300, 100_000))
    return GameReplayScene(context, Recording.of(game))


def _playlist(context: Context) -> Scene:
    save_sample_models(context)
    return PlaylistScene(context, lambda kiosk: None)


SCREENS: dict[str, tuple[Callable[[Context], Scene], Plan]] = {
    "title": (open_title, (1.0, "down", "down", 0.1)),
    "title while training": (open_title_while_training, (1.0,)),
    "question": (open_title_while_training, (0.1, "down", "return", 0.1)),
    "setup": (TrainingSetupScene, (0.1,)),
    "setup of the learner": (TrainingSetupScene, ("up", "return", "down", 0.9)),
    "setup with a saved run": (open_saved_run, (0.1,)),
    "training": (open_training, (1.0,)),
    "training, second graphs": (open_training, ("g", 1.0)),
    "training, agent's view": (open_training, ("h", 0.4)),
    "inside, quantities": (open_training, ("i", 0.9)),
    "inside, one update": (open_training, ("i", "g", "right", 0.9)),
    "inside, then and now": (open_training, ("i", "g", "g", "right", 0.9)),
    "inside, graphs": (open_training, ("i", "g", "g", "g", *["left"] * 12, "+", "return", 0.9)),
    "change the training": (open_training, ("c", "right", "down", "left", 0.9)),
    "training, all games": (open_mosaic, ("b", 0.4)),
    "training in step": (open_training, ("d", 0.4)),
    "training, board hidden": (open_training, (1.0, "v", 0.1)),
    "training starts": (open_training_start, (0.1,)),
    "name": (open_training, (0.5, "s", 0.1)),
    "demo": (open_demo, (0.9,)),
    "demo after games": (_demo_of_tested_model, ("h", 0.9)),
    "duel": (open_duel, (0.9,)),
    "duel over": (open_duel_over, (0.5,)),
    "then and now": (open_ages, (0.6,)),
    "duel setup": (_duel_setup, (0.1,)),
    "models": (open_models, (0.1,)),
    "models menu": (open_models, ("return", 0.1)),
    "replays": (open_replays, (0.1,)),
    "replay": (_replay, (0.8,)),
    "review": (open_review, (0.3, "right", 0.1)),
    "taken game": (open_taken_game, (0.3,)),
    "settings": (SettingsScene, ("down", "right", 0.1)),
    "keys": (KeySettingsScene, ("down", 0.1)),
    "settings, end": (SettingsScene, ("up", 0.1)),
    "playlist": (_playlist, ("down", 0.1)),
    "play menu": (PlayMenuScene, ("down", 0.1)),
    "game starts": (open_sprint, (0.8,)),
    "game paused": (open_ultra, (*PIECES_BY_KEYS, "p", 0.1)),
    "game over": (open_sprint, (*TOPPED_OUT, 1.5)),
    "attack": (open_attack, (*PIECES_BY_KEYS, "p", 0.1)),
    "two people start": (open_race_of_two, (0.8,)),
    "two people": (open_two_people, (*PIECES_OF_TWO, "p", 0.1)),
    "match over": (open_match_of_five, (*SECOND_PERSON_TOPS_OUT, 1.5, 1.5)),
    "match again": (open_match_again, (0.1, "right", "p", 0.1)),
    "game again": (open_game_replay, (0.1, "right", "p", 0.1)),
    "handling": (HandlingScene, ("down", 0.1)),
    "attract title": (open_attract, (3.0,)),
    "attract game": (open_attract, (12.0,)),
    "attract leaders": (open_attract, (33.0,)),
    "attract lesson": (open_attract, (45.5,)),
}
"""(first scene, keys and pauses that lead to the screen), by its name."""


def open_screen(
    open_pilot: OpenPilot, name: str, size: tuple[int, int], display: DisplaySettings | None = None
) -> Pilot:
    """Open a screen of the catalogue and play its plan, in few frames."""
    scene, plan = SCREENS[name]
    longest_wait = max(step for step in plan if isinstance(step, float))
    frame_seconds = min(max(1 / 30, longest_wait / 10), 0.5)
    pilot = open_pilot(scene, size, Settings(display or DisplaySettings()), frame_seconds)
    pilot.play(plan)
    return pilot
