"""What the host is doing, as one activity: the demo that is seen, or else the training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.remote.messages import WorkerStatus
from tetris_arcade.remote.speed_scale import scale_from_speed
from tetris_arcade.worker.shared.controls import Controls
from tetris_arcade.worker.shared.messages import PlayTask, TrainTask, WorkerState
from tetris_arcade.worker.shared.telemetry import Telemetry

_REPLAY_SUFFIX = ".json"


@dataclass(frozen=True)
class Activity:
    """worker: whose telemetry is seen. source: "training", "demo" or "replay"; None if there is nothing.

    demo: the names of the players, None in a training.
    """

    worker: str
    status: WorkerStatus
    source: str | None = None
    demo: str | None = None

    @property
    def is_starting(self) -> bool:
        """Whether its telemetry may still be that of the task before."""
        return self.status.state is WorkerState.STARTING


def find_activity(statuses: Mapping[str, WorkerStatus]) -> Activity:
    """The player's, if it plays, else the trainer's."""
    player = statuses.get("player", WorkerStatus())
    if player.is_busy and isinstance(player.task, PlayTask):
        names = player.task.players
        source = "replay" if names[0].endswith(_REPLAY_SUFFIX) else "demo"
        return Activity("player", player, source, " : ".join(PurePath(name).stem for name in names))
    trainer = statuses.get("trainer", WorkerStatus())
    return Activity("trainer", trainer, "training" if isinstance(trainer.task, TrainTask) else None)


def status_data(
    activity: Activity, statuses: Mapping[str, WorkerStatus], telemetry: Mapping[str, Telemetry]
) -> dict[str, Any]:
    """The fields of the message `status`."""
    status, stage, task = activity.status, activity.status.stage, activity.status.task
    controls = Controls(telemetry[activity.worker].cells)
    is_demo = activity.worker == "player" and status.state is WorkerState.RUNNING
    return {
        "status": "demo_running" if is_demo else status.state.name.lower(),
        "message": status.message,
        "stage": None if stage is None else stage.name,
        "fraction": None if stage is None else round(stage.fraction, 3),
        "source": activity.source,
        "paused": controls.is_paused,
        "visual": controls.visuals,
        "in_step": controls.is_in_step,
        "speed": scale_from_speed(controls.speed),
        "pieces_per_second": None if controls.speed is None else round(controls.speed, 3),
        "demo": activity.demo,
        "lookahead": isinstance(task, PlayTask) and task.lookahead,
        "config": _plain_config(task.config) if isinstance(task, TrainTask) else None,
        "training": statuses.get("trainer", WorkerStatus()).is_busy,
    }


@lru_cache(maxsize=8)
def _plain_config(config: TrainConfig) -> dict[str, Any]:
    return config.to_dict()
