"""The title: the logo, the menu, and a champion that plays dimly behind."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.envs.config import EnvConfig
from tetris_arcade.scenes.base import Context, Hint, Push, Quit, Scene, Transition
from tetris_arcade.scenes.interlude import start_play
from tetris_arcade.scenes.playback import Playback
from tetris_arcade.storage.slots import list_models
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import InputEvent
from tetris_arcade.ui.layout import cut_bottom, cut_top, is_portrait
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.logo import draw_logo
from tetris_arcade.ui.widgets.menu import Entry, Menu
from tetris_arcade.worker.messages import PlayTask

_PLAY_SECONDS = 0.7


class TitleScene(Scene):
    """Where everything starts."""

    title = "Title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._menu = Menu(self._entries())
        self._playback = Playback()
        self._start_playing_at: float | None = 0.0

    def enter(self) -> None:
        self._menu.replace(self._entries())
        self._start_playing_at = 0.0

    def leave(self) -> None:
        self.context.player.stop()
        self._start_playing_at = None

    def close(self) -> None:
        self.context.player.stop()

    def handle(self, event: InputEvent) -> Transition | None:
        before = self._menu.chosen
        chosen = self._menu.handle(event)
        if self._menu.chosen != before:
            self.context.audio.play("move")
        if chosen is None:
            return None
        self.context.audio.play("confirm")
        return self._go(chosen)

    def update(self, now: float, dt: float) -> Transition | None:
        player = self.context.player
        if self._start_playing_at == 0.0:
            self._start_playing_at = now + _PLAY_SECONDS
        elif self._start_playing_at is not None and now >= self._start_playing_at and not player.is_busy:
            self._start_playing_at = None
            player.start(
                PlayTask((self._star(),), EnvConfig(max_pieces=400), seed=int(now) % 1000, speed=3.0)
            )
        if player.is_busy and player.frame["num_boards"]:
            self._playback.show(player.frame["boards"][0], dt, is_paused=False)
        return None

    def hints(self) -> list[Hint]:
        return [Hint("↑ ↓", "move"), Hint("ENTER", "choose"), Hint("F1", "help"), Hint("F11", "full screen")]

    def draw(self, canvas: Canvas) -> None:
        k, rect = canvas.k, canvas.rect
        self._draw_game(canvas)
        top, rest = cut_top(rect, rect.height * (30 if is_portrait(rect) else 36) // 100)
        inside = Rect(top.x + 16 * k, top.y + 12 * k, top.width - 32 * k, top.height - 16 * k)
        draw_logo(canvas, inside, self.context.settings.display.title)
        note, rest = cut_bottom(rest, canvas.line_height() + 4 * k)
        size = 1.5 if rest.height >= self._menu.height(canvas, 1.5) + 8 * k else 1.0
        tall = min(self._menu.height(canvas, size), rest.height - 4 * k)
        width = min(rect.width - 32 * k, 200 * k)
        area = Rect(rect.centerx - width // 2, rest.y + (rest.height - tall) // 2, width, tall)
        canvas.shade(area.inflate(16 * k, 12 * k), canvas.theme.background, 205)
        canvas.frame(area.inflate(16 * k, 12 * k), canvas.theme.panel_edge)
        self._menu.draw(canvas, area, size, centered=True)
        canvas.shade(note, canvas.theme.background, 200)
        canvas.text_in(self._status(), note, canvas.theme.text_dim)

    def _draw_game(self, canvas: Canvas) -> None:
        view = self._playback.view
        area = canvas.rect.inflate(-canvas.rect.width // 8, -8 * canvas.k)
        draw_board(canvas, area, view, self._playback.progress, dim=True)

    def _status(self) -> str:
        trainer = self.context.trainer
        if trainer.is_busy:
            return f"training goes on: {int(trainer.frame['counters']['timesteps']):,} timesteps"
        return "an agent learns placement Tetris while you watch"

    def _star(self) -> str:
        names = {entry.name for entry in list_models(self.context.paths) if entry.error is None}
        return "champion" if "champion" in names else "bcts"

    def _entries(self) -> list[Entry]:
        train = "To training" if self.context.trainer.is_busy else "Train"
        names = [
            ("train", train),
            ("demo", "Demo"),
            ("models", "Models"),
            ("duel", "Duel"),
            ("settings", "Settings"),
        ]
        return [Entry(key, label) for key, label in names] + (
            [] if self.context.is_kiosk else [Entry("quit", "Quit")]
        )

    def _go(self, chosen: str) -> Transition | None:
        # Scenes know of each other only when they go there.
        if chosen == "train":
            from tetris_arcade.scenes.train import TrainScene
            from tetris_arcade.scenes.training_setup import TrainingSetupScene

            busy = self.context.trainer.is_busy
            return Push(TrainScene(self.context) if busy else TrainingSetupScene(self.context))
        if chosen == "demo":
            from tetris_arcade.scenes.demo import DemoScene

            return start_play(self.context, lambda: DemoScene(self.context, self._star()))
        if chosen == "models":
            from tetris_arcade.scenes.models import ModelsScene

            return Push(ModelsScene(self.context))
        if chosen == "duel":
            from tetris_arcade.scenes.duel import DuelSetupScene

            return start_play(self.context, lambda: DuelSetupScene(self.context))
        if chosen == "settings":
            from tetris_arcade.scenes.settings import SettingsScene

            return Push(SettingsScene(self.context))
        return Quit()
