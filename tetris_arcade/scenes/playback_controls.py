"""The keys for pause, step and speed: the same on every screen on which a worker plays."""

from __future__ import annotations

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, bind, bind_pair
from tetris_arcade.scenes.context import Context, TrainingClient
from tetris_arcade.scenes.speeds import LADDER, WATCHED_LADDER, Ladder, faster, slower
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.worker.shared.messages import Pause, Resume, SetInStep, SetSpeed, Step


def toggle_pause(client: TrainingClient) -> None:
    """Pause the worker, or resume it."""
    client.send(Resume() if client.is_paused else Pause())


def pause_or_step(client: TrainingClient) -> None:
    """Pause the worker; if it is paused, let it make one move."""
    client.send(Step() if client.is_paused else Pause())


def change_speed(client: TrainingClient, direction: int, ladder: Ladder = LADDER) -> None:
    """Change the speed by one rung of the ladder: 1 is faster, -1 slower."""
    client.send(SetSpeed((faster if direction > 0 else slower)(client.speed, ladder)))


def press_text(context: Context, action: Action, sentence: str) -> str:
    """A sentence with the key or button of an action: "Press {key} to try again."."""
    return sentence.format(key=context.key_hints.format_hint(Hint("", action)))


def step_binding(client: TrainingClient) -> KeyBinding:
    """The first press pauses, each further press makes one move."""
    return bind(_("pause, then one move"), lambda: pause_or_step(client), Action.STEP)


def speed_binding(client: TrainingClient, ladder: Ladder = LADDER) -> KeyBinding:
    return bind_pair(_("speed"), lambda by: change_speed(client, by, ladder), Action.SLOWER, Action.FASTER)


def training_speed_binding(client: TrainingClient) -> KeyBinding:
    """In step the keys change how fast it trains, otherwise how fast the game beside it is played."""
    return speed_binding(client, LADDER if client.is_in_step else WATCHED_LADDER)


def training_step_binding(client: TrainingClient) -> KeyBinding:
    """The first press pauses the training in step, each further press makes one move of it."""

    def pause_or_step_training() -> None:
        client.send(SetInStep(True))
        pause_or_step(client)

    return bind(_("pause, then one move"), pause_or_step_training, Action.STEP)
