"""The title: the logo, the menu, and on both sides of it players at their games."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.scenes.base import Push, Quit, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.scenes.play.pause_training import start_with_training_check
from tetris_arcade.services.default_player import RIVAL, default_player
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cols, cut_bottom, cut_left, cut_right, cut_top, is_portrait
from tetris_arcade.ui.widgets.board import board_size, draw_board
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.logo import draw_logo
from tetris_arcade.ui.widgets.menu import Entry, Menu
from tetris_arcade.worker.shared.messages import PlayTask, WorkerState

_PLAY_AFTER_SECONDS = 0.7
_SHINE_EVERY_SECONDS = 6.0
_SHINE_SECONDS = 0.9
_ABOUT = {
    "train": "watch a network learn from nothing",
    "demo": "the best player at its game",
    "models": "who has learnt what, and how well",
    "duel": "two players, the same pieces",
    "replays": "kept games, seen again",
    "settings": "picture, sound, keys",
    "quit": "until next time",
}
_MENU_SIZES = (3.0, 2.5, 2.0, 1.5)
_MENU_SHARE = 0.94
"""Of the room between the logo and the foot: a menu needs air."""


@dataclass(frozen=True)
class _Places:
    """Rectangles of the screen's parts."""

    logo: Rect
    menu: Rect
    note: Rect
    boards: tuple[Rect, Rect]


class TitleScene(Scene):
    """Where everything starts; who leaves it alone gets the attract mode."""

    title = "Title"
    has_music = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._menu = Menu(self._entries())
        self._playbacks = (BoardPlayer(), BoardPlayer())
        self._names = ("", "")
        self._play_at: float | None = None
        self._task: PlayTask | None = None
        self._now = 0.0
        self._idle_since: float | None = None

    def enter(self) -> None:
        self._menu.replace(self._entries())
        self._play_at = self._idle_since = None

    def leave(self) -> None:
        self.context.player.stop()
        self._task = None

    def close(self) -> None:
        self.context.player.stop()

    def handle(self, event: InputEvent) -> Transition | None:
        self._idle_since = None
        if event.action is Action.BACK and self.context.is_kiosk:
            return Quit()  # the attendant lets nobody out who may not leave
        before = self._menu.chosen
        chosen = self._menu.handle(event)
        if self._menu.chosen != before:
            self.context.audio.play("move")
        return None if chosen is None else self._go(chosen)

    def update(self, now: float, dt: float) -> Transition | None:
        self._now = now
        self._play(now)
        self._show(dt)
        if self._idle_since is None:
            self._idle_since = now
        # In a kiosk the attendant sees to it, on every screen.
        is_idle = now - self._idle_since > self.context.settings.kiosk.idle_seconds
        if is_idle and not self.context.is_kiosk:
            from tetris_arcade.scenes.attract import AttractScene

            return Push(AttractScene(self.context))
        return None

    def _play(self, now: float) -> None:
        """Let players play, a moment after the screen has come: who goes on at once need not wait."""
        player = self.context.player
        if self._task is not None:
            return
        if self._play_at is None:
            self._play_at = now + _PLAY_AFTER_SECONDS
        elif now >= self._play_at and not player.is_busy:
            star = default_player(self.context.paths)
            self._names = ("", star) if self.context.trainer.is_busy else (star, RIVAL)
            players = tuple(name for name in self._names if name)
            self._task = PlayTask(players, EnvConfig(max_pieces=400), seed=int(now) % 1000, speed=3.0)
            player.start(self._task)

    def _show(self, dt: float) -> None:
        trainer, player = self.context.trainer, self.context.player
        # What another screen had played is still to be seen while it ends, and until this one's begins.
        is_own = player.task is self._task and player.state is WorkerState.RUNNING
        boards = [*player.frame["boards"][: int(player.frame["num_boards"])]] if is_own else []
        left, right = self._playbacks
        if trainer.is_busy and trainer.frame["num_boards"]:
            left.show(trainer.frame["boards"][0], dt, is_paused=trainer.is_paused)
            boards = boards[-1:]
        elif boards:
            left.show(boards[0], dt, is_paused=False)
            boards = boards[1:]
        if boards:
            right.show(boards[0], dt, is_paused=False)

    def hints(self) -> list[Hint]:
        hints = [Hint("move", Action.UP, Action.DOWN), Hint("choose", Action.CONFIRM)]
        own = [Hint("full screen", Action.FULL_SCREEN), Hint("sound", Action.MUTE)]
        return hints if self.context.is_kiosk else [*hints, *own]

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        places = self._places(canvas)
        for place, playback, caption in zip(places.boards, self._playbacks, self._captions(), strict=True):
            board, line = cut_top(place, max(0, place.height - canvas.line_height()))
            well = draw_board(canvas, board, playback.view, playback.progress, dim=True)
            below = Rect(line.x, well.bottom + units(5), line.width, canvas.text_height())
            canvas.avoid_toasts(canvas.text_in(caption, below, canvas.theme.text_faint))
        canvas.avoid_toasts(places.logo)
        draw_logo(canvas, places.logo, self.context.settings.display.title, self._shine(canvas))
        room = places.menu.height * _MENU_SHARE
        size = next((size for size in _MENU_SIZES if self._menu.height(canvas, size) <= room), 1.0)
        tall = min(self._menu.height(canvas, size), places.menu.height)
        # Beside the chosen word there is a block on both sides.
        widest = max(canvas.text_width(entry.label, size) for entry in self._menu.entries)
        needed = widest + 4 * canvas.text_height(size) + units(16)
        width = min(places.menu.width - units(8), max(units(127 * size), needed))
        area = Rect(0, 0, width, tall)
        area.center = places.menu.center
        self._menu.draw(canvas, area, size, centered=True)
        canvas.paragraph(self._about(), places.note, canvas.theme.text_dim, align="center")

    def _places(self, canvas: Canvas) -> _Places:
        units = canvas.units
        rect = canvas.rect.inflate(units(-12), units(-12))
        if is_portrait(rect):
            middle, below = cut_top(rect, rect.height * 54 // 100, units(4))
            left, right = cols(below, [1.0, 1.0], units(8))
        else:
            height = self._playbacks[0].view.height
            room = Rect(0, 0, rect.width * 28 // 100, rect.height - canvas.line_height())
            width = board_size(canvas, room, height)[0]
            left, rest = cut_left(rect, width, units(8))
            right, middle = cut_right(rest, width, units(8))
        note, middle = cut_bottom(middle, 2 * canvas.line_height())
        logo, menu = cut_top(middle, middle.height * 36 // 100, units(4))
        return _Places(logo, menu, note, (left, right))

    def _shine(self, canvas: Canvas) -> float | None:
        age = self._now % _SHINE_EVERY_SECONDS / _SHINE_SECONDS
        return None if canvas.reduced_motion or age > 1.0 else age

    def _captions(self) -> tuple[str, str]:
        if self.context.trainer.is_busy:
            return "learning now", self._names[1]
        return self._names

    def _about(self) -> str:
        """What the chosen line is for; of a training that runs, how far it is."""
        trainer, key = self.context.trainer, self._menu.current.key
        if key == "train" and trainer.is_busy:
            return f"{int(trainer.frame['counters']['timesteps']):,} timesteps learned"
        return _ABOUT[key]

    # --- Where to go ---

    def _entries(self) -> list[Entry]:
        train = "To training" if self.context.trainer.is_busy else "Train"
        names = [("demo", "Demo"), ("models", "Models"), ("duel", "Duel"), ("replays", "Replays")]
        names.append(("settings", "Settings"))
        if not self.context.is_kiosk:
            names = [("train", train), *names, ("quit", "Quit")]
        elif self.context.trainer.is_busy:
            names = [("train", train), *names]
        return [Entry(key, label) for key, label in names]

    def _go(self, chosen: str) -> Transition | None:
        ways: dict[str, Callable[[], Transition]] = {
            "train": self._train,
            "demo": self._demo,
            "models": self._models,
            "duel": self._duel,
            "replays": self._replays,
            "settings": self._settings,
            "quit": self._quit,
        }
        return ways[chosen]()

    # Scenes know of each other only when they go there.

    def _train(self) -> Transition:
        from tetris_arcade.scenes.training.scene import TrainScene
        from tetris_arcade.scenes.training.setup import TrainingSetupScene

        busy = self.context.trainer.is_busy
        return Push(TrainScene(self.context) if busy else TrainingSetupScene(self.context))

    def _demo(self) -> Transition:
        from tetris_arcade.scenes.play.demo import DemoScene

        return start_with_training_check(
            self.context, lambda: DemoScene(self.context, default_player(self.context.paths))
        )

    def _models(self) -> Transition:
        from tetris_arcade.scenes.models.scene import ModelsScene

        return Push(ModelsScene(self.context))

    def _duel(self) -> Transition:
        from tetris_arcade.scenes.play.duel_setup import DuelSetupScene

        return start_with_training_check(self.context, lambda: DuelSetupScene(self.context))

    def _replays(self) -> Transition:
        from tetris_arcade.scenes.play.replay_list import ReplaysScene

        return Push(ReplaysScene(self.context))

    def _settings(self) -> Transition:
        from tetris_arcade.scenes.settings.scene import SettingsScene

        return Push(SettingsScene(self.context))

    def _quit(self) -> Transition:
        if not self.context.videos.is_busy:
            return Quit()
        options = [("wait", "Wait for it"), ("quit", "Quit without it")]
        question = "A film is not done yet. What shall become of it?"
        return Push(ChoiceDialog(self.context, question, options, _quit_or_wait))


def _quit_or_wait(chosen: str) -> Transition | None:
    return Quit() if chosen == "quit" else None
