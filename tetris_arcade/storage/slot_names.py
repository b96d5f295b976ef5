"""Which names a slot may have, and the folder of each name. Names are untrusted input."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from tetris_arcade.config.plain_data import shorten_for_message
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.storage.checkpoint_names import is_checkpoint_name
from tetris_arcade.storage.errors import SlotNameError

MAX_NAME_CHARACTERS = 60
RESERVED = frozenset({"latest", "best", "final", "slots", *REFERENCE_PLAYERS})
_PORTS = (f"{port}{i}" for port in ("com", "lpt") for i in range(10))
_WINDOWS = frozenset({"con", "prn", "aux", "nul", *_PORTS})
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}")
_JOINERS = "\u200c\u200d"
"""They join and separate emoji and letters; other invisible characters are refused."""
_REFUSED = ("Cc", "Cf", "Co", "Cs")
"""Categories of control characters. Characters that are not assigned yet are allowed: new emoji are such."""


def normalize_name(name: str) -> str:
    """The displayed name: trimmed, in Unicode NFC. Raises SlotNameError if it is not allowed."""
    try:
        text = unicodedata.normalize("NFC", name).strip()
    except ValueError as error:
        raise SlotNameError("a slot's name must be text") from error
    if not text:
        raise SlotNameError("a slot needs a name")
    if len(text) > MAX_NAME_CHARACTERS:
        raise SlotNameError(f"a slot's name has at most {MAX_NAME_CHARACTERS} characters, got {len(text)}")
    if any(_is_refused(char) for char in text):
        raise SlotNameError(
            f"a slot's name must not hold control characters, got {shorten_for_message(text)}"
        )
    if text.casefold() in RESERVED or is_checkpoint_name(text.casefold()):
        raise SlotNameError(f"the name {text} is reserved, choose another")
    return text


def name_from_text(text: str) -> str:
    """A name made of a text such as a file's name, without the characters that are not allowed.

    Raises SlotNameError if nothing is left, or only a reserved name.
    """
    allowed = "".join(char for char in text if not _is_refused(char))
    return normalize_name(unicodedata.normalize("NFC", allowed).strip()[:MAX_NAME_CHARACTERS])


def _is_refused(char: str) -> bool:
    return unicodedata.category(char) in _REFUSED and char not in _JOINERS


def slot_folder_name(name: str) -> str:
    """The folder of a slot: the name itself if it is plain, or else a slug and a hash of it."""
    text = normalize_name(name)
    if is_plain_folder_name(text):
        return text
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:36].rstrip("-") or "slot"
    return f"{slug}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def is_plain_folder_name(text: str) -> bool:
    """Whether a folder can have that name on every operating system."""
    return _PLAIN.fullmatch(text) is not None and text not in _WINDOWS and text not in RESERVED
