"""Texts for browsers: without the paths of this machine."""

from __future__ import annotations

import re

from tetris_arcade.config.paths import DataPaths

_PATH = re.compile(r"(?<![\w/.:])~?(?:/[^\s/:'\"]+)+/(?=[^\s/])")
"""The folders of an absolute path, up to its last part."""
_WINDOWS_PATH = re.compile(r"(?<!\w)[A-Za-z]:\\(?:[^\s\\:'\"]+\\)*")


class PublicText:
    """Takes the machine's folders out of sentences."""

    def __init__(self, paths: DataPaths) -> None:
        folders = {str(folder) for folder in (paths.root, paths.shipped_slots) if folder is not None}
        self._folders = sorted(folders, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for folder in self._folders:
            text = text.replace(f"{folder}/", "").replace(folder, "the data folder")
        return _WINDOWS_PATH.sub("", _PATH.sub("", text))
