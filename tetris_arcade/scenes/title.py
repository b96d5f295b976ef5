"""The title screen: the logo, the menu, and players at their games on both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Push, Quit, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.language_choice import ask_language, language_label
from tetris_arcade.scenes.local_game import StoredGame
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel_setup import DuelSetupScene
from tetris_arcade.scenes.play.pause_training import start_with_training_check
from tetris_arcade.scenes.play.play_menu import PlayMenuScene
from tetris_arcade.scenes.play.replay_list import ReplaysScene
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.setup import TrainingSetupScene
from tetris_arcade.services.default_player import CHAMPION, RIVAL, default_player
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cols, cut_bottom, cut_left, cut_right, cut_top, is_portrait
from tetris_arcade.ui.widgets.board import board_size, draw_board
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.logo import draw_logo
from tetris_arcade.worker.shared.messages import WorkerState

_PREPARE_AFTER_SECONDS = 0.7
_MOVE_SECONDS, _MOVES_BEFORE = 1 / 3, 40
"""Of the stored games: how long a move takes, and how many are played before they are shown."""
_SHINE_EVERY_SECONDS = 6.0
_SHINE_SECONDS = 0.9
_LOGO_MARGIN_UNITS = 8
_WATCHING = N_("Another program trains here, and this window watches it")
_MENU_SIZES = (3.0, 2.5, 2.0, 1.5)
_MENU_MARGIN_UNITS, _MIN_MENU_MARGIN_UNITS = 10, 4
_LOGO_PERCENT, _MIN_LOGO_UNITS = 29, 60
_MIN_BOARD_PERCENT = 19
"""Of the width, for each board beside a wide menu."""
_MENU_SHARE = 0.94
"""Of the height between the logo and the footer: a menu needs space around it."""


# --- Where the menu leads ---


@dataclass(frozen=True)
class Destination:
    """A line of the title's menu. go: makes the transition. is_shown: whether the menu has the line now."""

    key: str
    label: str
    description: str | Callable[[Context], str]
    go: Callable[[Context], Transition]
    is_shown: Callable[[Context], bool] = lambda _: True

    def to_entry(self, context: Context) -> MenuEntry:
        text = _(self.description) if isinstance(self.description, str) else self.description(context)
        return MenuEntry(self.key, _(self.label), choose=lambda: self.go(context), description=text)


def _is_training(context: Context) -> bool:
    return context.trainer.is_busy


def _may_train(context: Context) -> bool:
    return not context.is_kiosk and not context.trainer.is_busy


def _describe_progress(context: Context) -> str:
    text = _("{moves} moves practised").format(
        moves=format_number(int(context.trainer.frame["counters"]["timesteps"]))
    )
    return _("Another program trains: {text}").format(text=text) if context.is_watching else text


def _open_demo(context: Context) -> Transition:
    return start_with_training_check(context, lambda: DemoScene(context, default_player(context.paths)))


def _open_duel(context: Context) -> Transition:
    return start_with_training_check(context, lambda: DuelSetupScene(context))


def _open_play(context: Context) -> Transition:
    return start_with_training_check(context, lambda: PlayMenuScene(context))


def _play_destination(is_shown: Callable[[Context], bool]) -> Destination:
    return Destination("play", N_("Play"), N_("Play yourself"), _open_play, is_shown)


def _quit(context: Context) -> Transition:
    if not context.videos.is_busy:
        return Quit()
    options = [("wait", _("Wait for it")), ("quit", _("Quit without it"))]
    question = _("A video is not finished yet. What should happen to it?")
    return Push(ChoiceDialog(context, question, options, lambda key: Quit() if key == "quit" else None))


def _open_settings(context: Context) -> Transition:
    screens: dict[str, str] = {}
    for destination in DESTINATIONS:
        screens.setdefault(destination.key, destination.label)
    screens.pop("quit")
    return Push(SettingsScene(context, tuple(screens.items())))


DESTINATIONS = (
    _play_destination(lambda context: context.is_kiosk),
    Destination(
        "train",
        N_("Train"),
        N_("Watch a computer brain learn Tetris from zero"),
        lambda context: Push(TrainingSetupScene(context)),
        _may_train,
    ),
    Destination(
        "train",
        N_("Back to training"),
        _describe_progress,
        lambda context: Push(TrainScene(context)),
        _is_training,
    ),
    _play_destination(lambda context: not context.is_kiosk),
    Destination("demo", N_("Demo"), N_("Watch the best player"), _open_demo),
    Destination(
        "models",
        N_("Models"),
        N_("All players and their results"),
        lambda context: Push(ModelsScene(context)),
    ),
    Destination("duel", N_("Duel"), N_("Two players, same pieces"), _open_duel),
    Destination(
        "replays", N_("Replays"), N_("Watch saved games"), lambda context: Push(ReplaysScene(context))
    ),
    Destination("settings", N_("Settings"), N_("Picture, sound, keys"), _open_settings),
    Destination("quit", N_("Quit"), N_("See you!"), _quit, lambda context: not context.is_kiosk),
)


# --- The screen ---


@dataclass(frozen=True)
class _Layout:
    """Rectangles of the parts of the screen."""

    logo: Rect
    menu: Rect
    note: Rect
    boards: tuple[Rect, Rect]


class TitleScene(MenuScene):
    """The first screen; without input it gives way to the attract mode."""

    title = "Title"
    has_music = True
    back_text = ""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._games = tuple(StoredGame(name, _MOVE_SECONDS, _MOVES_BEFORE) for name in (CHAMPION, RIVAL))
        self._learner = BoardPlayer()
        self._shows_learner = False
        self._prepare_at: float | None = None
        self._is_prepared = False
        self._now = 0.0
        self._idle_since: float | None = None
        self._has_followed = False

    @property
    def is_still(self) -> bool:
        return False

    def enter(self) -> None:
        super().enter()
        self._prepare_at = self._idle_since = None
        self._is_prepared = False

    def entries(self) -> list[MenuEntry]:
        context = self.context
        shown = [destination for destination in DESTINATIONS if destination.is_shown(context)]
        open_ones = [destination for destination in shown if context.is_open(destination.key)]
        entries = [destination.to_entry(context) for destination in open_ones or shown]
        return [*entries, self._language_entry()] if context.is_kiosk else entries

    def _language_entry(self) -> MenuEntry:
        """What a kiosk's visitors choose their language with; elsewhere it is among the settings."""
        return MenuEntry(
            "language",
            language_label(),
            choose=lambda: ask_language(self.context),
            description=_("Choose your language"),
        )

    def handle(self, event: InputEvent) -> Transition | None:
        self._idle_since = None
        return super().handle(event)

    def go_back(self) -> Transition | None:
        # The kiosk's controller decides whether a visitor may leave.
        return Quit() if self.context.is_kiosk else None

    def hints(self) -> list[Hint]:
        more = [Hint(_("full screen"), Action.FULL_SCREEN), Hint(_("mute"), Action.MUTE)]
        return super().hints() if self.context.is_kiosk else [*super().hints(), *more]

    def update(self, now: float, dt: float) -> Transition | None:
        self._now = now
        self.refresh()
        self._prepare_player(now)
        self._update_boards(dt)
        if self._idle_since is None:
            self._idle_since = now
        if self._must_follow():
            self._has_followed = True
            self.context.notify(_(_WATCHING), "info")
            return Push(TrainScene(self.context))
        # In a kiosk the controller starts the attract mode, from every screen.
        is_idle = now - self._idle_since > self.context.settings.kiosk.idle_seconds
        return Push(AttractScene(self.context)) if is_idle and not self.context.is_kiosk else None

    def _must_follow(self) -> bool:
        """Whether to show another program's training, for which this window was opened; once only."""
        context = self.context
        return (
            context.is_watching
            and context.trainer.is_busy
            and not context.is_kiosk
            and not self._has_followed
        )

    def _prepare_player(self, now: float) -> None:
        """After a moment, have a process wait for the demo or the duel that may come next."""
        if self._prepare_at is None:
            self._prepare_at = now + _PREPARE_AFTER_SECONDS
        elif now >= self._prepare_at and not self._is_prepared:
            self._is_prepared = True
            self.context.player.prepare()

    def _update_boards(self, dt: float) -> None:
        for game in self._games:
            game.advance(dt)
        trainer = self.context.trainer
        is_learning = trainer.is_busy and trainer.state is not WorkerState.STOPPING
        self._shows_learner = is_learning and bool(trainer.frame["num_boards"])
        if self._shows_learner:
            self._learner.show(trainer.frame["boards"][0], dt, is_paused=trainer.is_paused)

    def _sides(self) -> tuple[tuple[str, BoardPlayer | StoredGame], ...]:
        """(caption, board) of the left and the right side."""
        champion, rival = ((game.name, game) for game in self._games)
        if not self._shows_learner:
            return champion, rival
        caption = _("training paused") if self.context.trainer.is_paused else _("learning now")
        return (caption, self._learner), champion

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        layout = self._layout(canvas)
        for place, (caption, player) in zip(layout.boards, self._sides(), strict=True):
            lines = canvas.wrap(caption, place.width)
            board, below = cut_top(place, max(0, place.height - len(lines) * canvas.line_height()))
            well = draw_board(canvas, board, player.view, player.progress, dim=True)
            top = well.bottom + units(5)
            below = Rect(below.x, top, below.width, canvas.lines_height(len(lines)))
            canvas.lines_in(lines, below, canvas.theme.text_faint)
        draw_logo(canvas, layout.logo, self.context.settings.display.title, self._shine(canvas))
        self._draw_menu(canvas, layout.menu)
        left, right = layout.boards
        learns = self._shows_learner
        canvas.explain(left, _("The model that learns now") if learns else _("The best player"))
        canvas.explain(right, _("The best player") if learns else _("Its rival, with the same pieces"))
        canvas.explain(layout.menu, _("Where to go: {keys}").format(keys=self.menu_keys_text()))
        canvas.explain(layout.note, _("What the chosen line leads to"))
        canvas.paragraph(self.menu.current.description, layout.note, canvas.theme.text_dim, align="center")

    def _draw_menu(self, canvas: Canvas, rect: Rect) -> None:
        """Draw the menu as large as it fits; with larger text its lines move together."""
        size = self._menu_size(canvas, rect)
        available = rect.width - canvas.units(8)
        smaller = (other for other in _MENU_SIZES if other <= size)
        size = next((s for s in smaller if self._menu_width(canvas, s) <= available), 1.0)
        width = min(available, max(canvas.units(127 * size), self._menu_width(canvas, size)))
        spare = rect.height - self.menu.height(canvas, size)
        if spare < 0:
            less = -(spare // (canvas.unit_px * len(self.menu.entries)))
            self.menu.margin_units = max(_MIN_MENU_MARGIN_UNITS, _MENU_MARGIN_UNITS - less)
        height = min(self.menu.height(canvas, size), rect.height)
        self.menu.draw(canvas, centered(rect, width, height), size, centered=True)

    def _menu_size(self, canvas: Canvas, rect: Rect) -> float:
        """The largest size of the menu with which it fits a rectangle with normal text."""
        self.menu.margin_units = _MENU_MARGIN_UNITS
        normal = canvas.at_text_size(1.0)
        available = rect.height * _MENU_SHARE
        return next((size for size in _MENU_SIZES if self.menu.height(normal, size) <= available), 1.0)

    def _layout(self, canvas: Canvas) -> _Layout:
        units = canvas.units
        rect = canvas.rect.inflate(units(-12), units(-12))
        if is_portrait(rect):
            middle, below = cut_top(rect, rect.height * 54 // 100, units(4))
            left, right = cols(below, [1.0, 1.0], units(8))
        else:
            height = self._sides()[0][1].view.height
            menu_height = rect.height - 2 * canvas.line_height() - units(_MIN_LOGO_UNITS)
            size = self._menu_size(canvas, Rect(0, 0, 0, menu_height))
            beside = (rect.width - self._menu_width(canvas, size)) // 2 - units(12)
            beside = max(beside, rect.width * _MIN_BOARD_PERCENT // 100)
            available = Rect(0, 0, min(rect.width * 28 // 100, beside), rect.height - canvas.line_height())
            width = board_size(canvas, available, height)[0]
            left, rest = cut_left(rect, width, units(8))
            right, middle = cut_right(rest, width, units(8))
        note, middle = cut_bottom(middle, 2 * canvas.line_height())
        logo, menu = cut_top(middle, middle.height * _LOGO_PERCENT // 100, units(4))
        # Larger text needs more of the height.
        logo_height = middle.height - self._min_menu_height(canvas, menu) - units(4)
        logo, menu = cut_top(middle, min(logo.height, max(units(_MIN_LOGO_UNITS), logo_height)), units(4))
        # The logo keeps away from the edge of the screen.
        _, logo = cut_top(logo, min(units(_LOGO_MARGIN_UNITS), logo.height // 10))
        return _Layout(logo, menu, note, (left, right))

    def _menu_width(self, canvas: Canvas, size: float) -> int:
        """The width in pixels that the menu needs at a size."""
        widest = max(canvas.text_width(entry.label, size) for entry in self.menu.entries)
        # There is a block on each side of the chosen label.
        return widest + 4 * canvas.text_height(size) + canvas.units(16)

    def _min_menu_height(self, canvas: Canvas, rect: Rect) -> int:
        """The height of the menu with its lines as close together as they can be."""
        size = self._menu_size(canvas, rect)
        self.menu.margin_units = _MIN_MENU_MARGIN_UNITS
        return self.menu.height(canvas, size)

    def _shine(self, canvas: Canvas) -> float | None:
        age = self._now % _SHINE_EVERY_SECONDS / _SHINE_SECONDS
        return None if canvas.reduced_motion or age > 1.0 else age
