"""Before a person's game: choose what to play."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from pygame import Rect

from tetris_arcade.config.machine_levels import DEFAULT_MACHINE_LEVEL, NUM_LEVELS, machine_level
from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.realtime.modes import FORM_NAMES, MARATHON, MODES, TWO_PEOPLE, VERSUS_MODES, GameMode
from tetris_arcade.scenes.base import Push, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene, menu_heading
from tetris_arcade.scenes.play.match import MATCH_LENGTHS
from tetris_arcade.scenes.play.match_menu import next_length
from tetris_arcade.scenes.play.pause_training import TrainingPausingScene
from tetris_arcade.scenes.play.person_panels import CONTROL_HINTS, controls_height, draw_controls
from tetris_arcade.scenes.play.solo import SoloScene
from tetris_arcade.scenes.play.tables import TablesScene
from tetris_arcade.scenes.play.two_people import TwoPeopleScene
from tetris_arcade.scenes.play.versus import VersusScene
from tetris_arcade.scenes.settings.handling import HandlingScene
from tetris_arcade.services.default_player import default_player
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered, cut_bottom, cut_left, cut_top, inset, is_portrait

MAX_START_LEVEL = 15
_PANEL_UNITS, _PANEL_LETTERS = 300, 30
_KEYS_UNITS, _KEYS_LETTERS = 190, 20
_NOTE_LINES = 3


class PlayMenuScene(MenuScene, TrainingPausingScene):
    """Chooses a form of the game, alone or against a model; the screen stays below the games.

    level: at which a marathon starts.
    """

    title = "Play"
    header = N_("Play")
    has_music = True
    choose_text = N_("start")

    def __init__(self, context: Context, level: int = 1) -> None:
        super().__init__(context)
        self._level = level
        self._models = [entry for entry in context.models.read_all() if entry.error is None]
        names = [entry.name for entry in self._models]
        best = default_player(context.paths)
        self._model = names.index(best) if best in names else 0
        kiosk = context.settings.kiosk
        self._levels = kiosk.levels if context.is_kiosk else (1, NUM_LEVELS)
        self._machine_level = min(max(DEFAULT_MACHINE_LEVEL, self._levels[0]), self._levels[1])
        self._adapts = False
        self._num_games = MATCH_LENGTHS[0]

    def _offered(self, modes: Mapping[str, GameMode], prefix: str = "") -> list[GameMode]:
        """The forms that can be played: in a kiosk those that the operator has chosen."""
        forms = self.context.settings.kiosk.forms
        is_limited = self.context.is_kiosk and any(form in FORM_NAMES for form in forms)
        return [mode for mode in modes.values() if prefix + mode.key in forms or not is_limited]

    def entries(self) -> list[MenuEntry]:
        return [
            *(self._mode_entry(mode, self._play) for mode in self._offered(MODES)),
            *self._marathon_entries(),
            *self._versus_entries(),
            *self._two_people_entries(),
            menu_heading(_("More")),
            MenuEntry(
                "tables",
                _("Best games"),
                "...",
                choose=lambda: Push(TablesScene(self.context)),
                description=_("Of today, of this week and of all time."),
            ),
            MenuEntry(
                "handling",
                _("Handling and keys"),
                "...",
                choose=lambda: Push(HandlingScene(self.context)),
                description=_("How the controls feel, and where they are."),
            ),
        ]

    @staticmethod
    def _mode_entry(mode: GameMode, play: Callable[[GameMode], Transition], prefix: str = "") -> MenuEntry:
        description = _(mode.description)
        return MenuEntry(prefix + mode.key, _(mode.name), choose=partial(play, mode), description=description)

    def _marathon_entries(self) -> list[MenuEntry]:
        if MARATHON not in self._offered(MODES):
            return []
        return [
            MenuEntry(
                "level",
                _("Start at level"),
                str(self._level),
                self._change_level,
                description=_("How fast a marathon starts."),
            )
        ]

    def _versus_entries(self) -> list[MenuEntry]:
        modes = self._offered(VERSUS_MODES)
        if not modes:
            return []
        return [
            menu_heading(_("Against the machine")),
            *(self._mode_entry(mode, self._versus) for mode in modes),
            *self._opponent_entries(),
            self._length_entry("length"),
        ]

    def _two_people_entries(self) -> list[MenuEntry]:
        modes = self._offered(VERSUS_MODES, TWO_PEOPLE)
        if not modes:
            return []
        return [
            menu_heading(_("Two people side by side")),
            *(self._mode_entry(mode, self._two_people, TWO_PEOPLE) for mode in modes),
            self._length_entry(f"{TWO_PEOPLE}length"),
        ]

    def _length_entry(self, key: str) -> MenuEntry:
        return MenuEntry(
            key,
            _("Best of"),
            str(self._num_games),
            self._change_length,
            description=_("Whoever wins more than half of the games wins the match."),
        )

    def _opponent_entries(self) -> list[MenuEntry]:
        race, attack = (
            machine_level(self._machine_level, is_attack=is_attack) for is_attack in (False, True)
        )
        return [
            MenuEntry(
                "machine_level",
                _("Its level"),
                str(self._machine_level),
                self._change_machine_level,
                description=_(
                    "It places {pace} pieces per second, {attack_pace} in an attack game, and makes mistakes."
                ).format(
                    pace=format_number(race.pieces_per_second, "g"),
                    attack_pace=format_number(attack.pieces_per_second, "g"),
                ),
            ),
            MenuEntry(
                "adapts",
                _("Level adapts"),
                _("yes") if self._adapts else _("no"),
                self._change_adapts,
                description=_("The level rises when you win a match, and falls when you lose."),
            ),
            MenuEntry(
                "model",
                _("Opponent"),
                self._models[self._model].display_name,
                self._change_model,
                description=_("Any model. It gets the same pieces as you."),
            ),
        ]

    def _play(self, mode: GameMode) -> Transition:
        level, model = self._level if mode.is_faster_by_level else 1, self._models[self._model].name
        return Push(SoloScene(self.context, mode, level, coach=model))

    def _versus(self, mode: GameMode) -> Transition:
        model, level = self._models[self._model].name, self._machine_level
        return Push(
            VersusScene(self.context, model, level, mode, adapts=self._adapts, num_games=self._num_games)
        )

    def _two_people(self, mode: GameMode) -> Transition:
        return Push(TwoPeopleScene(self.context, mode, self._num_games))

    def _change_length(self, by: int) -> None:
        self._num_games = next_length(self._num_games, by)

    def _change_level(self, by: int) -> None:
        self._level = (self._level - 1 + by) % MAX_START_LEVEL + 1

    def _change_machine_level(self, by: int) -> None:
        lowest, highest = self._levels
        count = highest - lowest + 1
        self._machine_level = (self._machine_level - lowest + by) % count + lowest

    def _change_adapts(self, _by: int) -> None:
        self._adapts = not self._adapts

    def _change_model(self, by: int) -> None:
        self._model = (self._model + by) % len(self._models)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        panel, keys = self._layout(canvas)
        inside = inset(canvas.panel(panel), canvas.units(2))
        note, menu = cut_bottom(inside, _NOTE_LINES * canvas.line_height(), canvas.units(4))
        self.menu.draw(canvas, menu)
        text = Rect(note.x + canvas.units(6), note.y, note.width - canvas.units(12), note.height)
        canvas.paragraph(self.menu.current.description, text, canvas.theme.text_dim)
        draw_controls(canvas, keys, self.context.key_hints, CONTROL_HINTS)
        canvas.explain(panel, _("What to play: {keys}").format(keys=self.menu_keys_text()))
        canvas.explain(keys, _("What you can do in a game"))

    def _layout(self, canvas: Canvas) -> tuple[Rect, Rect]:
        """(the menu, the keys): side by side, in portrait one below the other."""
        units, gap = canvas.units, canvas.units(8)
        area = inset(canvas.rect, gap)
        menu_height = self.menu.height(canvas) + _NOTE_LINES * canvas.line_height() + units(22)
        keys_height = controls_height(canvas, CONTROL_HINTS)
        width = min(area.width, max(units(_PANEL_UNITS), canvas.text_width("0" * _PANEL_LETTERS)))
        if is_portrait(canvas.rect):
            both = centered(area, width, min(area.height, menu_height + gap + keys_height))
            return cut_top(both, min(menu_height, both.height - gap - keys_height), gap)
        keys_width = max(units(_KEYS_UNITS), canvas.text_width("0" * _KEYS_LETTERS))
        width = min(width, area.width - keys_width - gap)
        both = centered(area, width + gap + keys_width, min(area.height, max(menu_height, keys_height)))
        menu, keys = cut_left(both, width, gap)
        return menu, cut_top(keys, keys_height)[0]
