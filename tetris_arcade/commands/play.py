"""`play`: a person at the controls, alone, against a model or beside another person."""

from __future__ import annotations

import argparse

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.subcommand import Subcommand
from tetris_arcade.commands.window import open_window
from tetris_arcade.config.machine_levels import DEFAULT_MACHINE_LEVEL
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.realtime.modes import MODES, RACE_BY_TIME, VERSUS_MODES
from tetris_arcade.storage.slots import load_model, resolve_slot

_MATCH_LENGTHS = (3, 5)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--form",
        choices=[*MODES, *VERSUS_MODES],
        help="start this form at once; the last three are matches, by default against the best model",
    )
    opponent = parser.add_mutually_exclusive_group()
    opponent.add_argument("--versus", metavar="SLOT", help="a match against this model on the same pieces")
    opponent.add_argument("--two", action="store_true", help="a match of two people side by side")
    parser.add_argument(
        "--level",
        type=argument_types.play_level,
        metavar="1..9",
        help="how strong the model plays, or how fast a marathon starts",
    )
    parser.add_argument(
        "--best-of", type=int, choices=_MATCH_LENGTHS, default=_MATCH_LENGTHS[0], help="games of a match"
    )
    parser.set_defaults(parser=parser)


def _run(options: argparse.Namespace, paths: DataPaths) -> None:
    """Open the window on a game or a match, or where a person chooses one.

    Raises StorageError before opening it if the model cannot be loaded.
    """
    from tetris_arcade.scenes.play.play_menu import PlayMenuScene
    from tetris_arcade.scenes.play.solo import SoloScene
    from tetris_arcade.scenes.play.two_people import TwoPeopleScene
    from tetris_arcade.scenes.play.versus import VersusScene
    from tetris_arcade.services.default_player import default_player

    is_match = options.two or options.versus is not None
    if options.form in MODES:
        if is_match:
            options.parser.error(f"--form {options.form} is for one person")
        mode = MODES[options.form]
        level = (options.level or 1) if mode.is_faster_by_level else 1
        open_window(paths, lambda context: SoloScene(context, mode, level))
        return
    if options.form is None and not is_match:
        open_window(paths, lambda context: PlayMenuScene(context, options.level or 1))
        return
    form, games = VERSUS_MODES[options.form or RACE_BY_TIME.key], options.best_of
    if options.two:
        open_window(paths, lambda context: TwoPeopleScene(context, form, games))
        return
    model = options.versus or default_player(paths)
    ref = resolve_slot(paths, model)
    if ref.name not in REFERENCE_PLAYERS:
        load_model(ref)
    level = options.level or DEFAULT_MACHINE_LEVEL
    open_window(paths, lambda context: VersusScene(context, model, level, form, num_games=games))


COMMAND = Subcommand("play", "play yourself", _add_arguments, _run, has_json=False)
