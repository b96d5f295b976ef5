"""Reads texts aloud with a speech program of the system, in a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import queue
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tetris_arcade.process.threads import try_to_start

logger = logging.getLogger(__name__)

_MAX_LETTERS = 400
_POLL_SECONDS = 0.05
_MAX_SECONDS = 60.0
_END_SECONDS = 1.0


@dataclass(frozen=True)
class SpeechProgram:
    """command: before the text; "{language}" stands for a code such as "de"."""

    command: tuple[str, ...]

    def with_text(self, text: str, language: str) -> list[str]:
        return [*(part.format(language=language) for part in self.command), text]


PROGRAMS = (
    SpeechProgram(("spd-say", "-w", "-l", "{language}", "--")),
    SpeechProgram(("espeak-ng", "-v", "{language}", "--")),
    SpeechProgram(("say", "--")),
)
"""Of Linux desktops, of any Linux, of macOS; the first that works is used."""


class Speech:
    """Says the newest text; an older one that is being said is cut off. `say` never waits."""

    def __init__(
        self,
        programs: Sequence[SpeechProgram] = PROGRAMS,
        find: Callable[[str], str | None] = shutil.which,
    ) -> None:
        self._programs = [program for program in programs if find(program.command[0]) is not None]
        self._texts: queue.SimpleQueue[tuple[str, str] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def is_available(self) -> bool:
        """Whether there is a program that may work."""
        return bool(self._programs)

    def say(self, text: str, language: str) -> None:
        """Say a text in a language, by its code, instead of what is being said."""
        if not self._programs or not text.strip():
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
            if not try_to_start(self._thread):
                self._programs = []
                return
        self._texts.put((text.strip()[:_MAX_LETTERS], language))

    def be_quiet(self) -> None:
        """Stop what is being said."""
        if self._thread is not None:
            self._texts.put(("", ""))

    def close(self) -> None:
        """Stop speaking and end the thread."""
        if self._thread is not None:
            self._texts.put(None)
            self._thread.join(_END_SECONDS)

    # --- In the thread ---

    def _run(self) -> None:
        waiting = self._newest(self._texts.get())
        while waiting is not None:
            following = self._speak(*waiting) if waiting[0] else self._texts.get()
            waiting = self._newest(following)

    def _newest(self, text: tuple[str, str] | None) -> tuple[str, str] | None:
        """The last of the texts that wait; None if the end was asked for."""
        with contextlib.suppress(queue.Empty):
            while text is not None:
                text = self._texts.get_nowait()
        return text

    def _speak(self, text: str, language: str) -> tuple[str, str] | None:
        """Say a text with the first program that can; returns what is asked for next."""
        for program in tuple(self._programs):
            try:
                process = subprocess.Popen(
                    program.with_text(text, language),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except OSError as error:
                self._drop(program, str(error))
                continue
            is_cut_off, following = self._listen(process)
            if is_cut_off or process.returncode == 0:
                return following if is_cut_off else self._texts.get()
            self._drop(program, f"it ended with code {process.returncode}")
        return self._texts.get()

    def _listen(self, process: subprocess.Popen[bytes]) -> tuple[bool, tuple[str, str] | None]:
        """Wait until a program ends; returns (whether it was cut off, by what)."""
        for _step in range(round(_MAX_SECONDS / _POLL_SECONDS)):
            try:
                following = self._texts.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if process.poll() is None:
                    continue
                return False, None
            _end(process)
            return True, following
        _end(process)
        return True, ("", "")

    def _drop(self, program: SpeechProgram, reason: str) -> None:
        """Do without a program that has failed."""
        self._programs.remove(program)
        logger.warning("%s does not speak: %s", program.command[0], reason)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        process.terminate()
        try:
            process.wait(_END_SECONDS / 2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
