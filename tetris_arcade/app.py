"""The program's window: its loop at 60 frames per second, and the parts that all scenes share."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import pygame

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import InputSettings, Settings
from tetris_arcade.languages import _, set_language
from tetris_arcade.process.local_socket import connect
from tetris_arcade.process.log_file import LogFile
from tetris_arcade.process.malloc import trim_heap, tune_malloc_for_viewer
from tetris_arcade.process.signals import handle_signals
from tetris_arcade.remote.host import HostLinks
from tetris_arcade.remote.sidecar import Sidecar
from tetris_arcade.remote.worker_host import WorkerHost
from tetris_arcade.scenes.base import Pop, Push, Reset, Scene, Transition
from tetris_arcade.scenes.context import Context, make_context
from tetris_arcade.scenes.input_router import InputRouter
from tetris_arcade.scenes.overlays import Overlays
from tetris_arcade.scenes.reader import Reader
from tetris_arcade.scenes.remote_window import RemoteWindow, back_to_title
from tetris_arcade.scenes.scanner import Scanner
from tetris_arcade.scenes.stack import SceneStack
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.services.key_hints import KeyHints
from tetris_arcade.services.trainer_access import AccessChange, TrainerAccess
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.repair import repair_storage
from tetris_arcade.storage.settings_file import save_settings
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.clock import FrameClock
from tetris_arcade.ui.display import Display
from tetris_arcade.ui.input import InputEvent, InputMapper, KeyNames
from tetris_arcade.ui.layout import cut_top, unit_from_size
from tetris_arcade.ui.still_picture import StillPicture
from tetris_arcade.ui.text_fitting import fit_size, min_text_size
from tetris_arcade.ui.theme import THEMES
from tetris_arcade.ui.touch import is_touch
from tetris_arcade.ui.widgets.backdrop import draw_backdrop
from tetris_arcade.ui.widgets.header import draw_header, header_height
from tetris_arcade.worker.viewer.client import WorkerClient

if TYPE_CHECKING:
    from tetris_arcade.kiosk.controller import KioskController

logger = logging.getLogger(__name__)

OpenSidecar = Callable[[Callable[[], socket.socket]], Sidecar]
_MAX_STEP_SECONDS = 0.1
_CURSOR_SECONDS = 3.0
_TRIM_SECONDS = 5.0
_GREETING_SECONDS = 1.0
"""In which another program tells this one whether it trains."""


class App:
    """One window, and everything that lives as long as it.

    make_kiosk: makes the controller of a kiosk's window; None outside of a kiosk. open_sidecar: starts the
    browser's server, given what makes a link for it; None without one.
    """

    def __init__(
        self,
        paths: DataPaths,
        settings: Settings,
        first_scene: Callable[[Context], Scene],
        message: str | None = None,
        make_kiosk: Callable[[App], KioskController] | None = None,
        open_sidecar: OpenSidecar | None = None,
    ) -> None:
        self._links = HostLinks(self._make_host)
        set_language(settings.display.language)
        # First of all: a port that is taken is told before a window opens.
        self._sidecar = None if open_sidecar is None else open_sidecar(self._connect)
        self._access = TrainerAccess(paths, WorkerClient(paths), may_steer=make_kiosk is None)
        self._logs: ExitStack | None = None
        self._first_frame_at: float | None = None
        self._is_lock_told = self._access.lock.is_held
        tune_malloc_for_viewer()
        self.display = Display(settings.display)
        pygame.joystick.init()
        # A kiosk may well be a cabinet.
        self._mapper = InputMapper(*_mapping(settings.input), is_cabinet=make_kiosk is not None)
        self._key_hints = KeyHints(self._mapper)
        self.overlays = Overlays(self._key_hints)
        self._cache = SurfaceCache()
        self._cursor_until: float | None = None
        self._trim_at = 0.0
        self._still_picture = StillPicture()
        self._has_news = self.has_drawn = False
        self.has_ended = False
        self.is_terminated = False
        self.context = make_context(
            paths=paths,
            settings=settings,
            trainer=self._access.client,
            player=WorkerClient(paths),
            audio=Audio(settings.sound, self.overlays.caption.add),
            notify=self.overlays.notify,
            change_settings=self._change_settings,
            key_hints=self._key_hints,
            another_program_writes=not self._access.lock.is_held,
            is_watching=self._access.is_attached,
            is_kiosk=make_kiosk is not None,
        )
        self.context.models.refresh()
        self._scenes = SceneStack()
        self._kiosk = None if make_kiosk is None else make_kiosk(self)
        self.router = InputRouter(self.context, self._scenes, self.display, self._key_hints, self._kiosk)
        self._scanner, self._reader = Scanner(self.context), Reader(self.context)
        self.overlays.has_captions = settings.access.captions
        if self._sidecar is not None:
            self.context.watcher_url = self._sidecar.options.watcher_url
        self.apply(Push(first_scene(self.context)))
        self._show_display_warning()
        if message:
            self.context.notify(message, "warning")
        if self._access.lock.is_held:
            self._own_folder()
        elif not self._access.is_attached:
            self._say_why_locked()

    def _say_why_locked(self) -> None:
        self._is_lock_told = True
        if self._access.lock.why_not and not (self.context.is_watching and self.context.trainer.is_busy):
            self.context.notify(self._access.lock.why_not, "warning")

    def _own_folder(self) -> None:
        """Only this program writes in the data folder now: repair what is broken, and let others watch."""
        for sentence in repair_storage(self.context.paths):
            self.context.notify(sentence, "warning")
        try:
            self._links.listen(self.context.paths.socket_file)
        except OSError as error:
            logger.warning("other programs cannot watch: %s", error)

    # --- The loop ---

    def run(self) -> None:
        """Run until the window is closed or the user quits, then save `latest` and clean up."""
        clock = FrameClock()
        before = time.perf_counter()
        with ExitStack() as self._logs, handle_signals(lambda _: self.terminate()):
            if self._access.lock.is_held:
                self._open_log()
            try:
                while not self.has_ended:
                    now = time.perf_counter()
                    self._guarded_frame(now, min(now - before, _MAX_STEP_SECONDS))
                    before = now
                    if self.has_drawn:
                        self.display.present()
                    presented_at = time.monotonic_ns() if self.display.is_visible else 0
                    self._access.own.mark_presented(presented_at)
                    clock.wait()
            finally:
                self.close()

    def _open_log(self) -> None:
        """Keep the log, which belongs to the program that holds the lock."""
        if self._logs is not None:
            self._logs.enter_context(LogFile(self.context.paths.logs))

    def _guarded_frame(self, now: float, dt: float) -> None:
        """Run a frame; in a kiosk, log an error and return to the attract loop."""
        try:
            self.frame(pygame.event.get(), now, dt)
        except Exception:
            if self._kiosk is None or not self._kiosk.tolerates_fault():
                raise
            logger.exception("a screen failed, back to the title")
            for transition in self._kiosk.return_to_attract():
                self.apply(transition)

    def frame(self, events: list[pygame.event.Event], now: float, dt: float) -> None:
        """Handle events, update and draw: everything in a frame except presenting it.

        Sets `has_drawn`: a picture that would be the same again is not drawn.
        """
        self._has_news, self.has_drawn = bool(events), False
        for event in events:
            self._handle_event(event, now)
        self._reserve_controls()
        for input_event in self._mapper.due(now):
            self.press(input_event)
        self._update_cursor(now)
        self.display.apply_resize()
        if self._kiosk is not None:
            held = (self._mapper.held_keys, self._mapper.held_buttons)
            for transition in self._kiosk.update(now, self._scenes, *held):
                self.apply(transition)
        self._follow_access(now)
        self._poll_workers()
        self._serve_links()
        self.context.models.update()
        self._update_scenes(now, dt)
        self.context.videos.update()
        self.context.jobs.update()
        self.context.imports.update()
        self.overlays.update(now)
        self._update_access(now)
        self.context.audio.update()
        self._trim_memory(now)
        self.has_drawn = self._must_draw(now)
        if self.has_drawn:
            self._cache.evict_unused(now)
            self.draw()

    def _update_access(self, now: float) -> None:
        """Move the highlight of those who play with one button, and read aloud."""
        if self._scenes.is_empty:
            return
        self._has_news |= self._scanner.update(now, self.top, self.router.buttons)
        message = self.overlays.messages[-1] if self.overlays.messages else ""
        self._reader.update(now, self.top, self._scanner.spoken_text(), message)

    def _must_draw(self, now: float) -> bool:
        """Whether the picture may differ from the last one, and is seen."""
        if not self.display.is_visible:
            return False
        context, scenes = self.context, [] if self._scenes.is_empty else self._scenes.visible()
        is_working = context.videos.is_busy or context.jobs.current or context.models.num_found is not None
        is_still = not (self._has_news or is_working) and self.overlays.is_still
        records = [
            (client.frame, client.series, client.state) for client in (context.trainer, context.player)
        ]
        return self._still_picture.must_draw(
            now,
            [
                *scenes,
                *chain.from_iterable(records),
                context.settings,
                context.models.entries,
                self._mapper.device,
                self.display.surface,
            ],
            is_still=is_still and all(scene.is_still for scene in scenes),
        )

    def _poll_workers(self) -> None:
        """Supervise the workers, and pass on what they report."""
        for source, client in (("trainer", self.context.trainer), ("player", self.context.player)):
            reports = client.poll()
            self._has_news |= bool(reports)
            self._scenes.on_report(source, reports)
            is_own = source != "trainer" or not self.context.is_watching
            if is_own:
                self._links.on_report(source, reports)

    def _serve_links(self) -> None:
        """Obey what comes from elsewhere, and keep the browser's server running."""
        self._links.poll()
        if self._sidecar is not None:
            self._sidecar.poll()

    def _follow_access(self, now: float) -> None:
        """Watch another program's training as long as there is one; then this window may train itself."""
        if self._first_frame_at is None:
            self._first_frame_at = now
        if not self._is_lock_told and now - self._first_frame_at > _GREETING_SECONDS:
            self._say_why_locked()
        change = self._access.update(now)
        if change is None:
            return
        context = self.context
        self._links.close()  # The browser's server comes back with a new one.
        self._links = HostLinks(self._make_host)
        context.trainer, context.is_watching = self._access.client, self._access.is_attached
        context.another_program_writes = not self._access.lock.is_held
        match change:
            case AccessChange.LOST:
                context.notify(self._access.end_message, "warning")
                if self._scenes.holds(TrainScene):
                    self.apply(Reset(TitleScene(context)))
            case AccessChange.OWNED:
                self._open_log()
                self._own_folder()
                context.models.refresh()
                text = f"{self._access.end_message} {_('This window can train now')}"
                context.notify(text.lstrip(), "success")

    def _update_scenes(self, now: float, dt: float) -> None:
        for scene in self._scenes.visible():
            transition = scene.update(now, dt)
            if transition is not None and not self._scenes.is_empty and scene is self.top:
                self.apply(transition)

    def _trim_memory(self, now: float) -> None:
        """Return memory that earlier screens have freed to the system, every few seconds."""
        if now >= self._trim_at:
            self._trim_at = now + _TRIM_SECONDS
            trim_heap()

    def draw(self) -> None:
        """Draw the top scene, the scenes that show through below it, and everything over it."""
        if self._scenes.is_empty:
            return
        canvas = self._make_canvas()
        draw_backdrop(canvas)
        has_footer, self._key_hints.is_typing = self.top.has_footer, self.top.captures_text
        self.overlays.countdown = None if self._kiosk is None else self._kiosk.countdown(self._scenes)
        bottom = self.overlays.reserve_bottom(canvas, self.router.hints() if has_footer else None)
        self._draw_scenes(canvas)
        self.router.buttons = self.overlays.draw(canvas, bottom, has_footer=has_footer)
        self._scanner.draw(canvas)
        if self._kiosk is not None:
            self._kiosk.draw(canvas)

    def _draw_scenes(self, canvas: Canvas) -> None:
        scenes, body = self._scenes.visible(), canvas.rect
        if scenes[0].header:
            header, canvas.rect = cut_top(canvas.rect, header_height(canvas))
            draw_header(canvas, header, _(scenes[0].header))
        for scene in scenes:
            if scene.covers_explanations:
                canvas.explanations.clear()
            scene.draw(canvas)
            canvas.finish_scene()
            canvas.rect = body

    def _make_canvas(self) -> Canvas:
        display = self.context.settings.display
        surface, theme = self.display.surface, THEMES[display.palette]
        text_size = max(display.text_size, min_text_size(unit_from_size(*surface.get_size())))
        return Canvas(surface, theme, self._cache, text_size, display.reduced_motion)

    @property
    def top(self) -> Scene:
        """The scene that has the input."""
        return self._scenes.top

    def end(self) -> None:
        """Leave the loop after this frame."""
        self.has_ended = True

    def terminate(self) -> None:
        """Leave the loop because of a signal; sets `is_terminated`."""
        self.is_terminated = True
        self.end()

    def close(self) -> None:
        """Stop the workers, which saves `latest`, and release everything."""
        self._scenes.close()
        self.context.videos.cancel()
        try:
            self._draw_closing_message()
        except pygame.error as error:  # The window may be lost; the training is saved all the same.
            logger.warning("the window shows nothing more: %s", error)
        self._links.close()
        if self._sidecar is not None:
            self._sidecar.close()
        clients = (self.context.player, self._access.own)
        for client in clients:  # Ask both before waiting for either.
            client.stop()
        for client in clients:
            client.close()
        if self._kiosk is not None:
            self._kiosk.close()
        self._reader.close()
        self.context.videos.close()
        self.context.audio.close()
        self.display.close()
        self._access.close()

    def _draw_closing_message(self) -> None:
        """Draw what the program still has to finish before the window closes."""
        is_training = self._access.own.is_busy
        if not is_training and not self.context.videos.is_busy:
            return
        canvas = self._make_canvas()
        canvas.dim(canvas.rect, canvas.theme.background, 200)
        text = _("SAVING...") if is_training else _("CANCELLING THE VIDEO...")
        size = fit_size(canvas, text, canvas.rect.width, 2.0, 1.0)
        canvas.text_in(text, canvas.rect, canvas.theme.accent, size)
        self.display.present()

    # --- Programs elsewhere ---

    def _connect(self) -> socket.socket:
        """A link for the browser's server."""
        if self._access.is_attached:
            return connect(self.context.paths.socket_file)
        return self._links.connect()

    def _make_host(self) -> WorkerHost:
        context, kiosk = self.context, self._kiosk
        window = RemoteWindow(
            context,
            self.display,
            self.apply,
            start_turn=(lambda: None) if kiosk is None else kiosk.start_turn,
            leave_demo=partial(back_to_title, context) if kiosk is None else kiosk.return_to_attract,
        )
        return WorkerHost(
            "arcade" if kiosk is None else "kiosk",
            context.paths,
            self._access.own,
            context.player,
            lambda: context.settings.training,
            is_writable=not context.another_program_writes,
            window=window,
        )

    # --- Input ---

    def _handle_event(self, event: pygame.event.Event, now: float) -> None:
        if event.type == pygame.QUIT:
            if self._kiosk is None or self._kiosk.may_leave:
                self.end()
        elif event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
            self.display.note_resize((event.x, event.y) if hasattr(event, "x") else event.size)
        else:
            self.display.note_visibility(event.type)
            if event.type == pygame.MOUSEMOTION and not is_touch(event):
                self._cursor_until = now + _CURSOR_SECONDS
            num_pads = self._mapper.num_pads
            is_typing = not self._scenes.is_empty and self.top.captures_text
            self._reserve_controls()
            for input_event in self._mapper.read(event, is_typing=is_typing):
                self.press(input_event)
            if event.type == pygame.WINDOWFOCUSLOST and not self._scenes.is_empty:
                self.apply(self.top.on_focus_lost())
            if self._mapper.num_pads > num_pads:
                self.context.notify(_("Gamepad connected"), "info")
            elif self._mapper.num_pads < num_pads:
                self.context.notify(_("Gamepad disconnected"), "warning")

    def _reserve_controls(self) -> None:
        """Give the keys of a game's controls to the game that is played."""
        self._mapper.num_people = 0 if self._scenes.is_empty else self.top.num_people

    def press(self, event: InputEvent) -> None:
        """Handle one input."""
        self._has_news = True
        if event.clicked and self.overlays.dismiss_message_at(event.position):
            return
        self.apply(self.router.route(self._scanner.translate(event)))

    def _update_cursor(self, now: float) -> None:
        """Hide the cursor when the mouse is idle."""
        is_wanted = self._cursor_until is not None and now < self._cursor_until and self._kiosk is None
        if is_wanted != pygame.mouse.get_visible():
            pygame.mouse.set_visible(is_wanted)

    # --- Scenes and settings ---

    def apply(self, transition: Transition | None) -> None:
        """Change the stack of scenes; the program ends with an empty one."""
        if transition is None:
            return
        if self._kiosk is not None and not self._kiosk.allows(self._scenes, transition):
            return
        before = None if self._scenes.is_empty else self.top
        self._scenes.apply(transition)
        if self._scenes.is_empty:
            self.end()
            return
        self._change_screen(before)
        if not self.top.is_overlay:
            self.context.audio.set_music_wanted(self.top.has_music)
        if isinstance(transition, Pop) and transition.then is not None:
            self.press(transition.then)

    def _change_screen(self, before: Scene | None) -> None:
        """Animate the change of screens and drop old messages, unless only an overlay comes or goes."""
        if before is None or before.is_overlay or self.top.is_overlay:
            return
        self.overlays.leave_screen()
        if not self.context.settings.display.reduced_motion:
            self.overlays.start_transition(self.display.surface)

    def _show_display_warning(self) -> None:
        if self.display.warning is not None:
            logger.warning("%s", self.display.warning)
            self.context.notify(_(self.display.warning), "warning")

    def _change_settings(self, settings: Settings) -> None:
        before, self.context.settings = self.context.settings, settings
        shortcoming = self.display.warning
        self.display.change(settings.display)
        if settings.display.language != before.display.language:
            self._change_language(settings.display.language)
        if self.display.warning != shortcoming:
            self._show_display_warning()
        self.context.audio.change(settings.sound)
        self.overlays.has_captions = settings.access.captions
        self._mapper.remap(*_mapping(settings.input))
        if self.context.is_locked:
            return
        try:
            save_settings(self.context.paths.settings_file, settings, before)
        except StorageError as error:
            self.context.notify(_("Settings not saved: {error}").format(error=error), "error")

    def _change_language(self, code: str) -> None:
        """Speak another language from the next frame on."""
        set_language(code)
        self._has_news = True
        self._scenes.change_language()


def _mapping(settings: InputSettings) -> tuple[KeyNames, KeyNames, float]:
    """(keys, pad buttons, dead zone) of the settings."""
    return settings.keys, settings.pad, settings.dead_zone


def run_app(
    paths: DataPaths,
    settings: Settings,
    first_scene: Callable[[Context], Scene],
    message: str | None = None,
    make_kiosk: Callable[[App], KioskController] | None = None,
    open_sidecar: OpenSidecar | None = None,
) -> None:
    """Open the window and run it until it ends; raises DisplayError if there is no display."""
    App(paths, settings, first_scene, message, make_kiosk, open_sidecar).run()
