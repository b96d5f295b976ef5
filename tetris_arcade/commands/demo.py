"""`demo`: watch one model play."""

from __future__ import annotations

import argparse

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.subcommand import Subcommand
from tetris_arcade.commands.window import open_window
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.storage.slots import load_model, resolve_slot


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slot", metavar="SLOT")
    parser.add_argument("--speed", type=argument_types.speed, default=4.0, metavar="PIECES_PER_SECOND|max")


def _run(options: argparse.Namespace, paths: DataPaths) -> None:
    """Open the window on a demo; raises StorageError before opening it if the model cannot be loaded."""
    ref = resolve_slot(paths, options.slot)
    if ref.name not in REFERENCE_PLAYERS:
        load_model(ref)
    from tetris_arcade.scenes.play.demo import DemoScene

    open_window(paths, lambda context: DemoScene(context, options.slot, options.speed))


COMMAND = Subcommand("demo", "watch a model play", _add_arguments, _run, has_json=False)
