"""The keys for pause, step and speed: the same on every screen on which a worker plays."""

from __future__ import annotations

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, bind, bind_pair
from tetris_arcade.scenes.context import Context, TrainingClient
from tetris_arcade.scenes.speeds import faster, slower
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.worker.shared.messages import Pause, Resume, SetSpeed, Step


def toggle_pause(client: TrainingClient) -> None:
    """Pause the worker, or resume it."""
    client.send(Resume() if client.is_paused else Pause())


def pause_or_step(client: TrainingClient) -> None:
    """Pause the worker; if it is paused, let it make one move."""
    client.send(Step() if client.is_paused else Pause())


def change_speed(client: TrainingClient, direction: int) -> None:
    """Change the speed by one rung of the ladder: 1 is faster, -1 slower."""
    client.send(SetSpeed((faster if direction > 0 else slower)(client.speed)))


def press_text(context: Context, action: Action, sentence: str) -> str:
    """A sentence with the key or button of an action: "Press {key} to try again."."""
    return sentence.format(key=context.key_hints.format_hint(Hint("", action)))


def step_binding(client: TrainingClient) -> KeyBinding:
    """The first press pauses, each further press makes one move."""
    return bind(_("pause, then one move"), lambda: pause_or_step(client), Action.STEP)


def speed_binding(client: TrainingClient) -> KeyBinding:
    return bind_pair(_("speed"), lambda by: change_speed(client, by), Action.SLOWER, Action.FASTER)
