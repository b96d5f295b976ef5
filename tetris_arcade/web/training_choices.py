"""What a training can be started with, for the page's form."""

from __future__ import annotations

from typing import Any

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import config_from_settings
from tetris_arcade.storage.saved_run import load_saved_run
from tetris_arcade.storage.settings_file import load_settings


def read_training_choices(paths: DataPaths) -> dict[str, Any]:
    """The configuration of a new run, and the saved run if it can be continued. Reads files."""
    settings, saved = load_settings(paths.settings_file)[0].training, load_saved_run(paths)
    run = saved.metadata if saved.config is not None else None
    return {
        "config": config_from_settings(settings).to_dict(),
        "saved_run": None
        if run is None
        else {
            "timesteps": run.timesteps,
            "episodes": run.episodes,
            "best_lines": run.best_lines,
            "saved_at": run.saved_at,
        },
    }
