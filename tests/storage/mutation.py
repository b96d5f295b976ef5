"""Seeded mutation of files: bytes flipped, removed, duplicated and moved, at every depth of an archive."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.storage.malicious_archives import plain_zip, unzip, with_member

INTERESTING = (0, 1, 0x7F, 0x80, 0xFF)


def mutate(source: random.Random, content: bytes) -> bytes:
    """Apply one to four random changes."""
    mutant = bytearray(content)
    for _ in range(source.randint(1, 4)):
        source.choice(_CHANGES)(source, mutant)
    return bytes(mutant)


def mutate_archive(source: random.Random, model_zip: bytes) -> bytes:
    """Mutate the file, or something inside it with valid zips and checksums around it."""
    depth = source.choice(("file", "member", "policy", "pickle", "pickle", "storage", "order"))
    if depth == "file":
        return mutate(source, model_zip)
    members = unzip(model_zip)
    if depth == "order":
        names = source.sample(sorted(members), source.randint(1, len(members)))
        return plain_zip({name: members[name] for name in names}, source.choice((0, 8)))
    if depth == "member":
        name = source.choice(sorted(members))
        return with_member(model_zip, name, mutate(source, members[name]))
    inner = unzip(members["policy.pth"])
    if depth == "policy":
        return with_member(model_zip, "policy.pth", mutate(source, members["policy.pth"]))
    names = ["archive/data.pkl"] if depth == "pickle" else [name for name in inner if "/data/" in name]
    name = source.choice(names)
    inner[name] = mutate(source, inner[name])
    return with_member(model_zip, "policy.pth", plain_zip(inner, source.choice((0, 8))))


def _flip(source: random.Random, content: bytearray) -> None:
    if content:
        content[source.randrange(len(content))] ^= 1 << source.randrange(8)


def _set(source: random.Random, content: bytearray) -> None:
    if content:
        content[source.randrange(len(content))] = source.choice((*INTERESTING, source.randrange(256)))


def _set_number(source: random.Random, content: bytearray) -> None:
    start = source.randrange(len(content) + 1)
    value = source.choice((0, 1, 2**31 - 1, 2**32 - 1, source.randrange(2**32)))
    content[start : start + 4] = value.to_bytes(4, "little")


def _cut(source: random.Random, content: bytearray) -> None:
    del content[source.randrange(len(content) + 1) :]


def _remove(source: random.Random, content: bytearray) -> None:
    start = source.randrange(len(content) + 1)
    del content[start : start + source.randint(1, 40)]


def _double(source: random.Random, content: bytearray) -> None:
    start = source.randrange(len(content) + 1)
    content[start:start] = content[start : start + source.randint(1, 200)]


def _insert(source: random.Random, content: bytearray) -> None:
    start = source.randrange(len(content) + 1)
    content[start:start] = source.randbytes(source.randint(1, 20))


def _move(source: random.Random, content: bytearray) -> None:
    start, target = (source.randrange(len(content) + 1) for _ in range(2))
    piece = content[start : start + source.randint(1, 60)]
    content[target : target + len(piece)] = piece


_CHANGES: tuple[Callable[[random.Random, bytearray], None], ...] = (
    _flip,
    _flip,
    _set,
    _set,
    _set_number,
    _cut,
    _remove,
    _double,
    _insert,
    _move,
)
