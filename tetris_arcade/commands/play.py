"""`play`: a person at the controls, alone or against a model."""

from __future__ import annotations

import argparse

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.subcommand import Subcommand
from tetris_arcade.commands.window import open_window
from tetris_arcade.config.machine_levels import DEFAULT_MACHINE_LEVEL
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.storage.slots import load_model, resolve_slot


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--versus", metavar="SLOT", help="race against this model on the same pieces")
    parser.add_argument(
        "--level",
        type=argument_types.play_level,
        metavar="1..9",
        help="how strong the model plays, or how fast a marathon starts",
    )


def _run(options: argparse.Namespace, paths: DataPaths) -> None:
    """Open the window on a match, or where a person chooses a game.

    Raises StorageError before opening it if the model cannot be loaded.
    """
    from tetris_arcade.scenes.play.play_menu import PlayMenuScene
    from tetris_arcade.scenes.play.versus import VersusScene

    if options.versus is None:
        open_window(paths, lambda context: PlayMenuScene(context, options.level or 1))
        return
    ref = resolve_slot(paths, options.versus)
    if ref.name not in REFERENCE_PLAYERS:
        load_model(ref)
    level = options.level or DEFAULT_MACHINE_LEVEL
    open_window(paths, lambda context: VersusScene(context, options.versus, level))


COMMAND = Subcommand("play", "play yourself", _add_arguments, _run, has_json=False)
