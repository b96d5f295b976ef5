"""What a screen is: it takes actions, it moves on, it draws; and says where to go next as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import Settings
from tetris_arcade.services.model_list import ModelShelf
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import InputEvent
from tetris_arcade.worker.shared.messages import Report
from tetris_arcade.worker.viewer.client import WorkerClient

if TYPE_CHECKING:
    from tetris_arcade.services.background_jobs import Errands
    from tetris_arcade.services.model_imports import Intake
    from tetris_arcade.services.video_export import Filming


@dataclass(frozen=True)
class Push:
    """Put a scene on top; the one below stays."""

    scene: Scene


@dataclass(frozen=True)
class Pop:
    """Go back to the scene below, which then gets `then`."""

    then: InputEvent | None = None


@dataclass(frozen=True)
class Replace:
    """Put a scene in the place of this one."""

    scene: Scene


@dataclass(frozen=True)
class Reset:
    """Leave all scenes and start again with this one."""

    scene: Scene


@dataclass(frozen=True)
class Quit:
    """Close the program."""


Transition = Push | Pop | Replace | Reset | Quit
Tone = Literal["info", "good", "warning", "bad"]


@dataclass
class Context:
    """What the program lends to its scenes.

    trainer: the one training process, if it runs or not. player: the one process that plays demos and duels.
    is_read_only: another program writes in the data folder: nothing can be saved. is_kiosk: visitors use it.
    models: the models' list. filming: the film that is being made, errands: the slow work on files that is
    being done, intake: the model files that wait for it, whichever screen asked. tell(text, tone): a short
    message over any scene. change_settings: takes new settings, applies and saves them. in_words(hint): a
    hint as a sentence of a notice, with the key or the pad's button as the foot line names it now.
    """

    paths: DataPaths
    settings: Settings
    trainer: WorkerClient
    player: WorkerClient
    audio: Audio
    tell: Callable[[str, Tone], None]
    change_settings: Callable[[Settings], None]
    in_words: Callable[[Hint], str]
    is_read_only: bool = False
    is_kiosk: bool = False
    models: ModelShelf = field(init=False)
    filming: Filming = field(init=False)
    errands: Errands = field(init=False)
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.models = ModelShelf(self.paths)

    @property
    def is_locked(self) -> bool:
        """Whether what is kept here may not be changed: another program's, or a kiosk's."""
        return self.is_read_only or self.is_kiosk


@dataclass(frozen=True)
class Hint:
    """A key and what it does here, for the foot line and the help; `keys` as people write them: "P", "+ -",
    "ENTER"."""

    keys: str
    does: str


class Scene:
    """One screen. `handle` and `update` may return a transition; `draw` changes nothing and can be called
    twice."""

    title = ""
    marquee = ""
    """What the lit sign over the screen says; none where it is empty."""
    has_foot = True
    """Whether the line with the keys is shown."""
    has_music = False
    """Whether the tune plays here; overlays leave it as it is."""
    is_overlay = False
    """Whether the scene below shows through and is drawn first."""
    takes_text = False
    """Whether keys that type something are letters here."""
    takes_keys = False
    """Whether every key is the scene's, and none is everybody's."""

    takes_files = False
    """Whether files that are dropped are the scene's."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def enter(self) -> None:
        """The scene comes to be on top, for the first time or again."""

    def leave(self) -> None:
        """Another scene takes the place on the screen; an overlay does not."""

    def close(self) -> None:
        """The scene goes for good: let go of what it holds."""

    def handle(self, event: InputEvent) -> Transition | None:
        return None

    def update(self, now: float, dt: float) -> Transition | None:
        """Move on, while the scene can be seen. `now` is a monotonic clock, `dt` the time since the last
        frame, both in seconds. Only the scene on top can go somewhere."""
        return None

    def hear(self, source: str, report: Report) -> None:
        """A worker ("trainer" or "player") reported something; every scene on the stack hears it."""

    def draw(self, canvas: Canvas) -> None:
        """Draw the whole scene; the background is there already."""

    def hints(self) -> list[Hint]:
        """The keys that work here, the most useful first: the foot line shows as many as fit, the help
        all."""
        return []
