"""`models`: list, keep and exchange models."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from tetris_arcade.commands.errors import FAILED, MISUSED, CommandError
from tetris_arcade.commands.output_files import add_force_option, taken_error
from tetris_arcade.commands.subcommand import Report, Run, Subcommand, reporting_options
from tetris_arcade.config.evaluation import STANDARD_TEST, STANDARD_TEST_SEED, describe_conditions
from tetris_arcade.config.network_shape import NetworkShape
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import shorten_for_message, to_plain
from tetris_arcade.storage.checkpoint_names import checkpoint_folder, is_checkpoint_name
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import FileTakenError
from tetris_arcade.storage.foreign_files import describe_folder
from tetris_arcade.storage.import_export import export_slot, import_model
from tetris_arcade.storage.model_archive import ModelArchive
from tetris_arcade.storage.slots import (
    ModelEntry,
    delete_slot,
    find_model,
    list_models,
    rank_key,
    read_model_files,
    rename_slot,
    save_slot,
    save_slot_files,
)

_LONGEST_NAME = 24
"""A longer name has a line of its own."""
_HEADINGS = (
    "#", "name", "origin", "lines per game", "best game", "episodes", "timesteps", "saved", "other test"
)  # fmt: skip
_NUMBERS = (0, 3, 4, 5, 6)
_CAPPED_MARK = "*"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def add(name: str, run: Run, help_text: str, *names: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, parents=[reporting_options()], help=help_text)
        for argument in names:
            action.add_argument(argument.lower(), metavar=argument)
        action.set_defaults(action=run)
        return action

    add("list", _list, "all slots, checkpoints and reference players")
    add("show", _show, "everything known about one model", "NAME")
    save = add("save", _save, "save a checkpoint's model to a slot", "NAME")
    save.add_argument(
        "--from",
        dest="source",
        type=_checkpoint,
        default="best",
        metavar="CHECKPOINT",
        help="latest, best (the default), final, or that of a run that was set aside, such as best.7",
    )
    save.add_argument("--ship", action="store_true", help="as a model that ships with the program")
    add("rename", _rename, "rename a slot", "OLD", "NEW")
    delete = add("delete", _delete, "delete a slot", "NAME")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    export = add("export", _export, "write a slot to a file", "NAME", "OUT")
    export.add_argument("--safetensors", action="store_true", help="also write a safetensors file")
    add_force_option(export)
    import_ = add("import", _import, "import a model file, without running any code in it", "FILE")
    import_.add_argument("--name")


def _checkpoint(text: str) -> str:
    if not is_checkpoint_name(text):
        raise argparse.ArgumentTypeError(
            f"must be latest, best, final, or one of a run that was set aside, such as best.7, got {text!r}"
        )
    return text


def _run(options: argparse.Namespace, paths: DataPaths) -> Report | None:
    report: Report | None = options.action(options, paths)
    return report


def _list(_options: argparse.Namespace, paths: DataPaths) -> Report:
    """The models, ranked by the standard test; then those with another result, then those without one."""
    entries = sorted(list_models(paths), key=rank_key)
    cells = [_HEADINGS, *(_cells(entry, rank) for rank, entry in enumerate(entries, 1))]
    widths = [max(len(line[i]) for line in cells) for i in range(len(_HEADINGS))]
    widths[1] = min(widths[1], _LONGEST_NAME)
    caption = (
        f"Ranked by lines per game of the standard test: {describe_conditions(STANDARD_TEST)}.\n"
        f"{_CAPPED_MARK} some games reached the limit, so the figure is too low.\n"
    )
    text = "\n".join([caption, *(_line(line, widths) for line in cells)])
    return Report(text, {"models": [_row(entry) for entry in entries]})


def _cells(entry: ModelEntry, rank: int) -> tuple[str, ...]:
    row, evaluation = _row(entry), entry.evaluation
    mark = _CAPPED_MARK if evaluation is not None and evaluation.capped_games else ""
    other = "" if evaluation is None or evaluation.is_ranked else describe_conditions(evaluation.conditions)
    return (
        str(rank) if row["is_ranked"] else "-",
        row["name"],
        row["origin"],
        _number(row["evaluated_lines"], 1) + mark,
        _number(row["best_lines"]),
        _number(row["episodes"]),
        _number(row["timesteps"]),
        (row["saved_at"] or "-")[:10],
        row["error"] or other,
    )


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    """The cells in columns, numbers to the right; a long name stands on a line above its row."""
    above = ""
    if len(cells[1]) > widths[1]:
        above, cells = f"{cells[0]:>{widths[0]}}  {cells[1]}\n", ("", "", *cells[2:])
    columns = [
        f"{cell:>{width}}" if i in _NUMBERS else f"{cell:{width}}"
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return above + "  ".join(columns).rstrip()


def _row(entry: ModelEntry) -> dict[str, Any]:
    metadata = entry.metadata
    evaluation = entry.evaluation
    return {
        "name": entry.name,
        "origin": entry.kind if metadata is None or entry.kind != "slot" else metadata.origin,
        "timesteps": metadata.timesteps if metadata is not None else None,
        "episodes": metadata.episodes if metadata is not None else None,
        "best_lines": metadata.best_lines if metadata is not None else None,
        "evaluated_lines": evaluation.mean_lines if evaluation is not None else None,
        "evaluation": None if evaluation is None else to_plain(evaluation),
        "is_ranked": evaluation is not None and evaluation.is_ranked,
        "saved_at": metadata.saved_at if metadata is not None else None,
        "error": entry.error,
    }


def _number(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def _show(options: argparse.Namespace, paths: DataPaths) -> Report:
    listed = {entry.name: entry for entry in list_models(paths)}.get(options.name)
    found = listed or find_model(paths, options.name)  # which also knows names as their users typed them
    if found is None:
        raise CommandError(
            f"there is no model {shorten_for_message(options.name, 80)}: see `models list`", MISUSED
        )
    if found.error is not None:
        raise CommandError(found.error, FAILED)
    facts = {**_row(found), "metadata": None if found.metadata is None else to_plain(found.metadata)}
    shown = [
        f"{name}: {value}" for name, value in (facts["metadata"] or facts).items() if name != "learning_curve"
    ]
    return Report("\n".join(shown), facts)


def _save(options: argparse.Namespace, paths: DataPaths) -> Report:
    folder = (
        _save_as_shipped(options, paths) if options.ship else save_slot(paths, options.name, options.source)
    )
    return Report(f"saved {options.source} as {folder.name}", {"name": folder.name, "from": options.source})


def _save_as_shipped(options: argparse.Namespace, paths: DataPaths) -> Path:
    """Save a model as one that comes with the program, with its result in the standard test."""
    from tetris_arcade.training.evaluation import evaluate_under
    from tetris_arcade.training.players import load_player

    checkpoint = load_checkpoint(checkpoint_folder(paths, options.source))
    player = load_player(options.source, paths)
    evaluation = evaluate_under(player, STANDARD_TEST, STANDARD_TEST_SEED, num_threads=2)
    metadata = replace(checkpoint.metadata, origin="shipped", evaluation=evaluation.summary())
    return save_slot_files(paths, options.name, read_model_files(checkpoint)[1], metadata, overwrite=True)


def _rename(options: argparse.Namespace, paths: DataPaths) -> Report:
    folder = rename_slot(paths, options.old, options.new)
    return Report(f"{options.old} is now {folder.name}", {"name": folder.name})


def _delete(options: argparse.Namespace, paths: DataPaths) -> Report:
    if not options.yes and not _confirmed(options.name):
        raise CommandError(f"{options.name} was not deleted: confirm, or give --yes", MISUSED)
    delete_slot(paths, options.name)
    return Report(f"deleted {options.name}", {"deleted": options.name})


def _confirmed(name: str) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"delete the slot {name}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _export(options: argparse.Namespace, paths: DataPaths) -> Report:
    try:
        written = export_slot(
            paths,
            options.name,
            Path(options.out),
            with_safetensors=options.safetensors,
            overwrite=options.force,
        )
    except FileTakenError as error:
        raise taken_error(error) from error
    files = [str(path) for path in written]
    return Report(f"wrote {', '.join(files)}", {"name": options.name, "files": files})


def _import(options: argparse.Namespace, paths: DataPaths) -> Report:
    file = Path(options.file)
    if file.is_dir():
        raise CommandError(describe_folder(file), MISUSED)
    if not file.exists():
        raise CommandError(f"there is no file {options.file}", MISUSED)
    folder = import_model(paths, file, options.name, rebuild=_rebuild)
    return Report(f"imported as {folder.name}", {"name": folder.name})


def _rebuild(archive: ModelArchive, shape: NetworkShape) -> bytes:
    # Imported here: only an accepted file needs torch, and a refused one is refused at once.
    from tetris_arcade.training.model_archive_builder import rebuild_archive

    return rebuild_archive(archive, shape)


COMMAND = Subcommand("models", "list, save and exchange models", _add_arguments, _run, has_options=False)
