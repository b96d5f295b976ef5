"""The open scenes, one over the other, and how a transition changes them."""

from __future__ import annotations

from collections.abc import Iterable

from tetris_arcade.scenes.base import Pop, Push, Quit, Replace, Reset, Scene, Transition
from tetris_arcade.worker.shared.messages import Report


class SceneStack:
    """Scenes, the last one on top. An empty stack ends the program."""

    def __init__(self) -> None:
        self._scenes: list[Scene] = []

    @property
    def is_empty(self) -> bool:
        return not self._scenes

    @property
    def top(self) -> Scene:
        """The scene that has the input."""
        return self._scenes[-1]

    def visible(self) -> list[Scene]:
        """The top scene and, if it is an overlay, the scenes that show through; the lowest first."""
        first = len(self._scenes) - 1
        while first > 0 and self._scenes[first].is_overlay:
            first -= 1
        return self._scenes[max(0, first) :]

    def holds(self, kind: type[Scene]) -> bool:
        """Whether a scene of that class is open, on top or below."""
        return any(isinstance(scene, kind) for scene in self._scenes)

    def would_empty(self, transition: Transition) -> bool:
        """Whether a transition would leave no scene, which ends the program."""
        return isinstance(transition, Quit) or (isinstance(transition, Pop) and len(self._scenes) == 1)

    def change_language(self) -> None:
        """Tell all scenes that another language is spoken."""
        for scene in self._scenes:
            scene.change_language()

    def apply(self, transition: Transition) -> None:
        """Change the stack; scenes get their calls of `cover`, `leave`, `close` and `enter`."""
        if self._scenes:
            is_covered = isinstance(transition, Push) and transition.scene.is_overlay
            (self.top.cover if is_covered else self.top.leave)()
        match transition:
            case Push(scene):
                self._scenes.append(scene)
            case Pop():
                self._drop()
            case Replace(scene):
                self._drop()
                self._scenes.append(scene)
            case Reset(scene):
                self.close()
                self._scenes.append(scene)
            case Quit():
                self.close()
        if self._scenes:
            self.top.enter()

    def on_report(self, source: str, reports: Iterable[Report]) -> None:
        """Pass a worker's reports to all scenes."""
        for report in reports:
            for scene in tuple(self._scenes):
                scene.on_report(source, report)

    def close(self) -> None:
        """Close all scenes, the top one first."""
        while self._scenes:
            self._drop()

    def _drop(self) -> None:
        self._scenes.pop().close()
