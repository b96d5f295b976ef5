"""The program with a window: its loop at sixty frames a second, its stack of scenes, and what belongs to
all of them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import Settings
from tetris_arcade.process.log_file import LogFile
from tetris_arcade.process.malloc import trim_heap, tune_malloc_for_viewer
from tetris_arcade.process.signals import handle_signals
from tetris_arcade.scenes.base import Pop, Push, Scene, Transition
from tetris_arcade.scenes.context import Context, make_context
from tetris_arcade.scenes.help import HelpScene
from tetris_arcade.scenes.stack import SceneStack
from tetris_arcade.services.key_hints import HELP, KeyHints
from tetris_arcade.storage.checkpoints import repair_storage
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.settings_file import save_settings
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.clock import FrameClock
from tetris_arcade.ui.display import Display
from tetris_arcade.ui.input import Action, InputEvent, InputMapper
from tetris_arcade.ui.layout import cut_bottom, cut_top
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.theme import THEMES
from tetris_arcade.ui.touch import is_touch
from tetris_arcade.ui.widgets.backdrop import draw_backdrop
from tetris_arcade.ui.widgets.footer import Button, Footer, Hint
from tetris_arcade.ui.widgets.header import draw_header, header_height
from tetris_arcade.ui.widgets.screen_transition import ScreenTransition
from tetris_arcade.ui.widgets.toast import Severity, Toasts
from tetris_arcade.worker.shared.segments import remove_stale_segments
from tetris_arcade.worker.viewer.client import WorkerClient

if TYPE_CHECKING:
    from tetris_arcade.kiosk.controller import KioskController

logger = logging.getLogger(__name__)

_KEY_REPEAT_MS = (350, 60)
_MAX_STEP_SECONDS = 0.1
_CURSOR_SECONDS = 3.0
_TIDY_SECONDS = 5.0


class App:
    """One window and all that lives as long as it does."""

    def __init__(
        self,
        paths: DataPaths,
        settings: Settings,
        first_scene: Callable[[Context], Scene],
        message: str | None = None,
        attend: Callable[[App], KioskController] | None = None,
    ) -> None:
        self._lock = DataLock(paths)
        if self._lock.acquire():
            remove_stale_segments()
        tune_malloc_for_viewer()
        self.display = Display(settings.display)
        pygame.key.set_repeat(*_KEY_REPEAT_MS)
        pygame.joystick.init()
        self._mapper = InputMapper(settings.input.keys, settings.input.pad)
        self._legend = KeyHints(self._mapper)
        self._foot = Footer()
        self._cache = SurfaceCache()
        self._toasts = Toasts()
        self._buttons: list[Button] = []
        self._curtain = ScreenTransition()
        self._has_drawn = False
        self._cursor_until: float | None = None
        self._tidy_at = 0.0
        self._ends = False
        self.is_terminated = False
        self.context = make_context(
            paths=paths,
            settings=settings,
            trainer=WorkerClient(paths),
            player=WorkerClient(paths),
            audio=Audio(settings.sound),
            notify=self._notify,
            change_settings=self._change_settings,
            format_hint=self._legend.words,
            another_program_writes=not self._lock.is_held,
            is_kiosk=attend is not None,
        )
        self.context.models.refresh()
        self._scenes = SceneStack()
        self._attendant = None if attend is None else attend(self)
        self._apply_transition(Push(first_scene(self.context)))
        mended = repair_storage(paths) if self._lock.is_held else []
        for sentence in (message, self._lock.why_not, *mended):
            if sentence:
                self._notify(sentence, "warning")

    # --- The loop ---

    def run(self) -> None:
        """Until somebody closes the window or quits; then `latest` is saved and nothing is left behind."""
        clock = FrameClock()
        before = time.perf_counter()
        with handle_signals(lambda _number: self.terminate()):
            try:
                while not self._ends:
                    now = time.perf_counter()
                    self._guarded_frame(now, min(now - before, _MAX_STEP_SECONDS))
                    before = now
                    self.display.present()
                    clock.wait()
            finally:
                self.close()

    def _guarded_frame(self, now: float, dt: float) -> None:
        """A frame; in a kiosk a fault is written down, and the screen goes on with the title."""
        try:
            self.frame(pygame.event.get(), now, dt)
        except Exception:
            if self._attendant is None or not self._attendant.tolerates_fault():
                raise
            logger.exception("a screen failed, back to the title")
            for transition in self._attendant.return_to_attract():
                self._apply_transition(transition)

    def frame(self, events: list[pygame.event.Event], now: float, dt: float) -> None:
        """Take what happened, move on, draw: everything of a frame but its presenting."""
        for event in events:
            self._dispatch(event, now)
        for held in self._mapper.repeats(now):
            self.press(held)
        self._hide_cursor(now)
        self.display.apply_resize()
        if self._attendant is not None:
            for wish in self._attendant.update(now, self._scenes, self._mapper.held_buttons):
                self._apply_transition(wish)
        self._scenes.on_report("trainer", self.context.trainer.poll())
        self._scenes.on_report("player", self.context.player.poll())
        self.context.models.update()
        for scene in self._scenes.visible():
            transition = scene.update(now, dt)
            if not self._scenes.is_empty and scene is self.top:
                self._apply_transition(transition)
        self.context.videos.update()
        self.context.jobs.update()
        self.context.imports.update()
        self._toasts.update(now)
        self._curtain.update(now)
        self.context.audio.update()
        self._trim_memory(now)
        if self.display.is_visible:
            self._cache.forget(now)
            self.draw()

    def _trim_memory(self, now: float) -> None:
        """Now and then give back what screens that were left have freed: it lies between what is in use."""
        if now >= self._tidy_at:
            self._tidy_at = now + _TIDY_SECONDS
            trim_heap()

    def draw(self) -> None:
        """Draw the top scene, and under overlays those that show through."""
        if self._scenes.is_empty:
            return
        canvas = self._canvas()
        draw_backdrop(canvas)
        visible = self._scenes.visible()
        foot_height = 0
        if self.top.has_foot:
            hints = self._legend.items(self._hints())
            foot_height = self._foot.show(canvas, hints, self._legend.item(HELP))
        line, canvas.rect = cut_bottom(canvas.rect, foot_height)
        body = canvas.rect
        if visible[0].header:
            sign, canvas.rect = cut_top(canvas.rect, header_height(canvas))
            draw_header(canvas, sign, visible[0].header)
        for scene in visible:
            scene.draw(canvas)
            canvas.rect = body
        self._buttons = self._foot.draw(canvas, line) if self.top.has_foot else []
        self._has_drawn = True
        self._curtain.draw(canvas)
        self._toasts.draw(canvas)
        if self._attendant is not None:
            self._attendant.draw(canvas, self._scenes)

    def _canvas(self) -> Canvas:
        display = self.context.settings.display
        theme = THEMES[display.palette]
        return Canvas(self.display.surface, theme, self._cache, display.text_size, display.reduced_motion)

    @property
    def top(self) -> Scene:
        """The scene that has the input."""
        return self._scenes.top

    def end(self) -> None:
        """Leave the loop after this frame."""
        self._ends = True

    def terminate(self) -> None:
        """Leave the loop because a signal says so, not a person; `is_terminated` tells it afterwards."""
        self.is_terminated = True
        self.end()

    def close(self) -> None:
        """Stop the workers, which saves `latest`, and let go of everything."""
        self._scenes.close()
        self.context.videos.give_up()
        self._draw_farewell()
        clients = (self.context.player, self.context.trainer)
        for client in clients:  # Both are asked before either is waited for.
            client.stop()
        for client in clients:
            client.close()
        self.context.videos.close()
        self.context.audio.close()
        self.display.close()
        self._lock.release()

    def _draw_farewell(self) -> None:
        is_filming = self.context.videos.is_busy
        if not self.context.trainer.is_busy and not is_filming:
            return
        canvas = self._canvas()
        canvas.dim(canvas.rect, canvas.theme.background, 200)
        words = "SAVING..." if self.context.trainer.is_busy else "GIVING UP THE FILM..."
        size = fit_size(canvas, words, canvas.rect.width, 2.0, 1.0)
        canvas.text_in(words, canvas.rect, canvas.theme.accent, size)
        self.display.present()

    # --- Input ---

    def _dispatch(self, event: pygame.event.Event, now: float) -> None:
        if event.type == pygame.QUIT:
            if self._attendant is None or self._attendant.may_leave:
                self.end()
        elif event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
            self.display.note_resize((event.x, event.y) if hasattr(event, "x") else event.size)
        else:
            self.display.note_visibility(event.type)
            if event.type == pygame.MOUSEMOTION and not is_touch(event):
                self._cursor_until = now + _CURSOR_SECONDS
            elif event.type == pygame.JOYDEVICEADDED:
                self._notify("game pad ready", "info")
            elif event.type == pygame.JOYDEVICEREMOVED:
                self._notify("game pad unplugged", "warning")
            for found in self._mapper.read(event):
                self.press(found)

    def press(self, event: InputEvent) -> None:
        """Give one input to whom it concerns."""
        if event.clicked and event.position is not None:
            for button in self._buttons:
                if button.rect.collidepoint(event.position):
                    self.press(InputEvent(action=button.action))
                    return
        if self._scenes.is_empty or (
            self._attendant is not None and self._attendant.takes(event, self._scenes)
        ):
            return
        if self._is_scenes_own(event) or not self._handle_global_key(event):
            transition = self.top.handle(event)
            if transition is not None:
                self.context.audio.play("back" if isinstance(transition, Pop) else "confirm")
            self._apply_transition(transition)

    def _is_scenes_own(self, event: InputEvent) -> bool:
        """Whether a key is the scene's, whatever it means elsewhere: a letter that is typed, or any key."""
        return self.top.captures_all_keys or (self.top.captures_text and bool(event.text))

    def _hints(self) -> list[Hint]:
        """The keys that work here, with the one that gives up a film, from whichever screen it was begun."""
        film = self.context.videos.hint if self._has_film_key else None
        if film is None:
            return self.top.hints()
        return [film, *(hint for hint in self.top.hints() if hint.actions != film.actions)]

    @property
    def _has_film_key(self) -> bool:
        """Whether the stop key is the film's, while one is being made: not where it is a letter, or not told
        of."""
        return self.top.has_foot and not self.top.captures_text and not self.top.captures_all_keys

    def _hide_cursor(self, now: float) -> None:
        """A mouse that rests does not lie about on the picture."""
        is_wanted = self._cursor_until is not None and now < self._cursor_until and self._attendant is None
        if is_wanted != pygame.mouse.get_visible():
            pygame.mouse.set_visible(is_wanted)

    def _handle_global_key(self, event: InputEvent) -> bool:
        if event.repeated and event.action in _ONCE:
            return True
        if event.dropped_file and not self.top.accepts_files:
            self.context.imports.take(Path(event.dropped_file))
            return True
        if event.action is Action.FULL_SCREEN:
            display = self.context.settings.display
            display = replace(display, full_screen=not self.display.is_full_screen)
            self._change_settings(replace(self.context.settings, display=display))
        elif event.action is Action.STOP and self._has_film_key and self.context.videos.is_busy:
            self.context.videos.give_up()
        elif event.action is Action.SCREENSHOT:
            self._save_screenshot()
        elif event.action is Action.MUTE:
            sound = self.context.settings.sound
            self._change_settings(replace(self.context.settings, sound=replace(sound, muted=not sound.muted)))
            self._notify("sound off" if not sound.muted else "sound on", "info")
        elif event.action is Action.HELP and not isinstance(self.top, HelpScene):
            here, everywhere = map(self._legend.items, (self._hints(), HelpScene.everywhere))
            self._apply_transition(Push(HelpScene(self.context, self.top.title, here, everywhere)))
        else:
            return False
        return True

    def _save_screenshot(self) -> None:
        folder = self.context.paths.replays / "screenshots"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"{datetime.now():%Y%m%d-%H%M%S-%f}.png"
            pygame.image.save(self.display.surface, file)
        except (OSError, pygame.error) as error:
            self._notify(f"no screenshot: {error}", "error")
        else:
            self._notify(f"screenshot {file.name}", "success")

    # --- Scenes ---

    def _apply_transition(self, transition: Transition | None) -> None:
        if transition is None:
            return
        if self._attendant is not None and not self._attendant.allows(self._scenes, transition):
            return
        before = None if self._scenes.is_empty else self.top
        self._scenes.apply(transition)
        if self._scenes.is_empty:
            self.end()
            return
        if before is not None:
            self._start_curtain(before)
        if not self.top.is_overlay:
            self.context.audio.set_music_wanted(self.top.has_music)
        if isinstance(transition, Pop) and transition.then is not None:
            self.press(transition.then)

    def _start_curtain(self, before: Scene) -> None:
        """Let the old picture fall away, unless all that changes is a layer over it."""
        is_layered = before.is_overlay or self.top.is_overlay
        if self._has_drawn and not is_layered and not self.context.settings.display.reduced_motion:
            self._curtain.start(self.display.surface)

    def _notify(self, text: str, severity: Severity = "info") -> None:
        self._toasts.add(text, severity)

    def _change_settings(self, settings: Settings) -> None:
        self.context.settings = settings
        self.display.change(settings.display)
        self.context.audio.change(settings.sound)
        self._mapper.remap(settings.input.keys, settings.input.pad)
        if self.context.is_locked:
            return
        try:
            save_settings(self.context.paths.settings_file, settings)
        except StorageError as error:
            self._notify(f"settings were not saved: {error}", "error")


_ONCE = {Action.FULL_SCREEN, Action.SCREENSHOT, Action.MUTE, Action.HELP}


def run_app(
    paths: DataPaths,
    settings: Settings,
    first_scene: Callable[[Context], Scene],
    message: str | None = None,
    attend: Callable[[App], KioskController] | None = None,
) -> None:
    """Open the window and run it, in a kiosk with its attendant; raises DisplayError where there is none to
    open."""
    app = App(paths, settings, first_scene, message, attend)
    if app.context.another_program_writes:  # the log is the first program's
        app.run()
        return
    with LogFile(paths.logs):
        app.run()
