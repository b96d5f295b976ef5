"""Says what a file or folder is that was refused as a model. It looks at names and first bytes only.

Nothing here is a check: a file is refused first, by the strict readers, and described afterwards.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tetris_arcade.storage.errors import printable_path

WHAT_FITS = "What fits is a model.zip that this program saved or exported"
DATA_MEMBER = "data"
POLICY_MEMBER = "policy.pth"
LEGACY_TORCH = b"\x80\2\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""How a torch file begins that was saved by a version before 1.6, or in its format."""

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, LEGACY_TORCH, "a torch file in the format from before torch 1.6"),
    (0, b"\x80", "a Python pickle, such as a replay buffer or a model of an old stable-baselines"),
    (0, b"\x89HDF", "an HDF5 file, as Keras and TensorFlow write them"),
    (4, b"TFL3", "a TensorFlow Lite model"),
    (0, b"\x08\1\x12", "a TensorFlow model"),
    (0, b"\x93NUMPY", "a numpy array"),
    (0, b"GGUF", "a GGUF model, a language model's format"),
    (0, b"\x1f\x8b", "a gzip archive: unpack it first"),
    (0, b"BZh", "a bzip2 archive: unpack it first"),
    (0, b"\xfd7zXZ", "an xz archive: unpack it first"),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive: unpack it first"),
    (0, b"7z\xbc\xaf", "a 7z archive: unpack it first"),
    (0, b"Rar!", "a RAR archive: unpack it first"),
    (257, b"ustar", "a tar archive: unpack it first"),
    (0, b"\x89PNG", "a picture"),
    (0, b"\xff\xd8\xff", "a picture"),
    (0, b"GIF8", "a picture"),
    (4, b"ftyp", "a video"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
    (0, b"version https://git-lfs", "a Git LFS pointer, not the file itself: run `git lfs pull`"),
)
_ONNX = re.compile(rb"\x08[\x03-\x1f][\x12\x1a\x22\x2a\x32\x3a\x42]")
_SAFETENSORS = re.compile(rb".{5}\0{3}\{", re.DOTALL)
_WEB_PAGE = re.compile(rb"\s*<(!doctype html|html|\?xml)", re.IGNORECASE)
_TEXT = re.compile(rb"[\t\n\r -~\x80-\xff]+")

_ALGORITHMS = {
    "stable_baselines3.sac": "SAC",
    "sb3_contrib.common.maskable": "MaskablePPO",
    "sb3_contrib.common.recurrent": "RecurrentPPO",
    "sb3_contrib.qrdqn": "QR-DQN",
    "sb3_contrib.tqc": "TQC",
    "sb3_contrib.crossq": "CrossQ",
    "sb3_contrib.ars": "ARS",
}
"""Algorithm by the module of its policy class."""
_ALGORITHMS_BY_FIELD = (
    (b'"cg_max_steps":', "TRPO"),
    (b'"clip_range":', "PPO"),
    (b'"gae_lambda":', "A2C"),
    (b'"target_entropy":', "SAC"),
    (b'"policy_delay": 1,', "DDPG"),
    (b'"policy_delay":', "TD3"),
    (b'"n_quantiles":', "QR-DQN"),
)
"""Algorithm by a field that only it has, of those not found above."""
_POLICY_MODULE = re.compile(rb'"policy_class": \{[^{}]*?"__module__": "([a-z0-9_.]{1,80})"')

_END = struct.Struct("<4s4H2LH")
_ENTRY_BYTES = 46
_MAX_COMMENT = 65_535
_MAX_LISTED = 300


def describe_file(content: bytes) -> str | None:
    """What a refused file is, as a sentence without its full stop; None if it looks like a model.zip."""
    if not content:
        return "it is empty"
    if (end := _find_zip_end(content)) is not None:
        return _describe_zip(content, end)
    if content.startswith(b"PK\3\4"):
        return "it is incomplete, perhaps because a download or a copy was cut off"
    kind = _describe_head(content[:512])
    return None if kind is None else f"it is {kind}. {WHAT_FITS}"


def describe_algorithm(data: bytes) -> str | None:
    """The algorithm that a stable-baselines3 archive's member `data` belongs to, if it is not DQN."""
    match = _POLICY_MODULE.search(data)
    module = match[1].decode() if match is not None else ""
    for prefix, name in _ALGORITHMS.items():
        if module.startswith(prefix):
            return name
    return next((name for field, name in _ALGORITHMS_BY_FIELD if field in data), None)


def describe_folder(folder: Path) -> str:
    """What to do with a folder that was given instead of a file."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        names = []
    archives = [name for name in names if name.lower().endswith(".zip")]
    if archives:
        which = "the file" if len(archives) == 1 else "one of the files"
        what_to_do = f"use {which} in it: {_some(archives)}"
    elif {DATA_MEMBER, POLICY_MEMBER} <= set(names):
        what_to_do = "it is an unpacked model.zip. Pack its files, without the folder, into a zip again"
    else:
        what_to_do = f"a model is a file. {WHAT_FITS}"
    return f"{printable_path(folder.name, 80)} is a folder: {what_to_do}"


def _describe_head(head: bytes) -> str | None:
    for offset, signature, kind in _SIGNATURES:
        if head.startswith(signature, offset):
            return kind
    if _ONNX.match(head):
        return "an ONNX model"
    if _SAFETENSORS.match(head):
        return "a safetensors file: weights without the model around them"
    if _WEB_PAGE.match(head):
        return "a web page, perhaps the page about the file instead of the file"
    return "a text file" if _TEXT.fullmatch(head) else "no model file"


@dataclass(frozen=True)
class _ZipEnd:
    """What the end record of a zip says."""

    directory: int
    count: int
    has_comment: bool


def _find_zip_end(content: bytes) -> _ZipEnd | None:
    """The end record, also before a comment; None if there is none that ends with the file."""
    at = len(content)
    while (at := content.rfind(b"PK\5\6", max(0, len(content) - _MAX_COMMENT - _END.size), at)) >= 0:
        if at + _END.size <= len(content):
            _, _, _, _, count, size, offset, comment = _END.unpack_from(content, at)
            if at + _END.size + comment == len(content):
                # With data before the zip, the stated offset is too small.
                start = offset if content.startswith(b"PK\1\2", offset) else max(at - size, 0)
                return _ZipEnd(start, count, comment > 0)
    return None


def _names(content: bytes, end: _ZipEnd) -> Iterator[str]:
    at = end.directory
    for _ in range(min(end.count, _MAX_LISTED)):
        if not content.startswith(b"PK\1\2", at) or at + _ENTRY_BYTES > len(content):
            return
        name, extra, comment = struct.unpack_from("<3H", content, at + 28)
        yield content[at + _ENTRY_BYTES : at + _ENTRY_BYTES + name].decode("utf-8", "replace")
        at += _ENTRY_BYTES + name + extra + comment


def _describe_zip(content: bytes, end: _ZipEnd) -> str | None:
    names = [name for name in _names(content, end) if not _is_clutter(name)]
    kind = _describe_members(names)
    if kind is not None:
        return f"it is {kind}. {WHAT_FITS}"
    archives = [name for name in names if name.lower().endswith(".zip")]
    if archives:
        return f"it is a zip with models inside. Unpack it and import one of them: {_some(archives)}"
    members = {name.rpartition("/")[2] for name in names}
    if not {DATA_MEMBER, POLICY_MEMBER} <= members:
        return f"it is a zip without a model in it. {WHAT_FITS}"
    if POLICY_MEMBER not in names:
        return "its files are in a folder inside the zip. Pack the files themselves, without their folder"
    if not content.startswith(b"PK"):
        return "it has other data before the zip. Pack its files into a new zip"
    return (
        "it is a zip with a comment. Pack its files into a new zip, without one" if end.has_comment else None
    )


def _describe_members(names: list[str]) -> str | None:
    """The kind of a zip that is no model.zip, by the names in it."""
    if not names:
        return "an empty zip"
    if {"parameters", "parameter_list"} & set(names):
        return "a model of stable-baselines 2, which ran on TensorFlow"
    if any(name.endswith("model.weights.h5") for name in names):
        return "a Keras model"
    if all(name.endswith(".npy") for name in names):
        return "a file of numpy arrays"
    if "[Content_Types].xml" in names:
        return "an office document"
    # The policy inside a model.zip is such a file, too.
    if POLICY_MEMBER not in names and any(name.endswith("/data.pkl") for name in names):
        is_script = any("/code/" in name for name in names)
        return "a TorchScript program" if is_script else "a torch file without a model.zip around it"
    return None


def _is_clutter(name: str) -> bool:
    """Whether it is one of the files that macOS and Windows put into folders and zips, or a folder."""
    last = name.rpartition("/")[2]
    return not last or name.startswith("__MACOSX/") or last in (".DS_Store", "Thumbs.db", "desktop.ini")


def _some(names: list[str]) -> str:
    shown = ", ".join(printable_path(name, 40) for name in names[:2])
    return shown + (", ..." if len(names) > 2 else "")
