"""Whose training a program sees: its own if it holds the data folder's lock, otherwise another program's."""

from __future__ import annotations

import enum

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.languages import N_, _
from tetris_arcade.process.local_socket import connect
from tetris_arcade.remote.attached_client import AttachedClient
from tetris_arcade.remote.link import HostLink
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient

_RETRY_SECONDS = 1.0
_VANISHED = N_("The other program has ended unexpectedly.")


class AccessChange(enum.Enum):
    """What has changed: the other program is watched now, is gone, or the data folder is this program's."""

    ATTACHED = enum.auto()
    LOST = enum.auto()
    OWNED = enum.auto()


class TrainerAccess:
    """The lock of the data folder, and the client of the training there.

    Without the lock another program's training is watched. When that program has ended, the lock is taken.

    client: of the training that is seen. own: of this program's training, whether it may start one or not.
    may_steer: whether the user may steer another program's training. watches: whether its boards are looked
    at.
    """

    def __init__(
        self, paths: DataPaths, own: WorkerClient, *, may_steer: bool = True, watches: bool = True
    ) -> None:
        self._paths, self._may_steer, self._watches = paths, may_steer, watches
        self.own = own
        self.lock = DataLock(paths)
        self.lock.acquire()
        self._attached: AttachedClient | None = None
        self._next_try_at = 0.0
        self._last_message = ""
        self._can_watch = True
        if self.lock.is_taken:
            self._attach()

    @property
    def client(self) -> WorkerClient | AttachedClient:
        return self.own if self._attached is None else self._attached

    @property
    def is_attached(self) -> bool:
        """Whether another program's training is watched."""
        return self._attached is not None

    @property
    def end_message(self) -> str:
        """How the training ended that was watched last."""
        return self._last_message

    def update(self, now: float) -> AccessChange | None:
        """Follow what happens to the other program; call this once per frame."""
        if self.lock.is_held or not self.lock.is_taken:
            return None
        if self._attached is not None:
            return None if self._attached.is_connected else self._detach(now)
        if now < self._next_try_at:
            return None
        self._next_try_at = now + _RETRY_SECONDS
        if self.lock.acquire():
            return AccessChange.OWNED
        return AccessChange.ATTACHED if self.lock.is_taken and self._attach() else None

    def close(self) -> None:
        """Watch no longer, and release the lock. The own client is closed before."""
        if self._attached is not None:
            self._attached.close()
        self.lock.release()

    def _attach(self) -> bool:
        if not self._can_watch:
            return False
        try:
            connection = connect(self._paths.socket_file)
        except OSError:
            return False  # It is no program that can be watched, or it is just ending.
        link = HostLink(connection)
        link.watch(on=self._watches)
        self._attached = AttachedClient(link, may_steer=self._may_steer)
        return True

    def _detach(self, now: float) -> AccessChange:
        assert self._attached is not None
        has_ended = self._attached.state is WorkerState.STOPPED
        self._can_watch = self._attached.problem is None
        self._last_message = self._attached.problem or (self._attached.message if has_ended else _(_VANISHED))
        self._attached.close()
        self._attached = None
        self._next_try_at = now
        return AccessChange.LOST
