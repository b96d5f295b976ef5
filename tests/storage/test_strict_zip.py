"""Each rule by itself, with the sentence that only it gives: elsewhere one rule may stand in for another."""

import io
import zipfile

import pytest

from tests.storage.malicious_archives import Member, craft_zip, unzip
from tetris_arcade.storage.errors import ArchiveError
from tetris_arcade.storage.strict_zip import StrictZip, ZipLimits

LIMITS = ZipLimits(max_members=4, max_member_bytes=10_000, max_total_bytes=15_000, max_ratio=50)
MIXED = bytes(range(256)) * 3
A, B = Member(b"a", b"content"), Member(b"b", b"more")


def _inside(first: bytes) -> bytes:
    """A zip whose member b is said to lie inside of a."""
    inner = craft_zip([B])
    return craft_zip([Member(b"a", inner), Member(b"b", b"more", offset=31)]) if first == b"a" else b""


RULES = {
    "does not end as an archive": craft_zip([A]) + b"\0",
    "too short": b"PK",
    "too many members": craft_zip([Member(b"%d" % i, b"") for i in range(5)]),
    "end record does not fit": craft_zip([A], end={"offset": 3}),
    "member twice": craft_zip([A, A]),
    "more than it tells": craft_zip([A, B], end={"here": 1, "count": 1}),
    "at most 15000 are allowed": craft_zip([Member(b"a", bytes(9_000)), Member(b"b", bytes(9_000))]),
    "at most 10000 are allowed": craft_zip([Member(b"a", bytes(10_001))]),
    "in front of its first": craft_zip([A], before=b"junk"),
    "overlap or leave gaps": _inside(b"a"),
    "lies about its size": craft_zip([Member(b"a", b"content", size=3)]),
    "packed too tightly": craft_zip([Member(b"a", bytes(9_000), method=8)]),
    "directory is broken": craft_zip([Member(b"a", b"", comment=b"x")]),
    "not allowed": craft_zip([Member(b"a", b"", flags=1)]),
    "name is not allowed": craft_zip([Member(b"a\n", b"")]),
    "not where, or what": craft_zip([Member(b"a", b"", local_name=b"b")]),
    "structure is broken": craft_zip([Member(b"a", b"", offset=90_000)]),
}
CONTENTS = {
    "is damaged": Member(b"a", b"content", crc=1),
    "cannot be unpacked": Member(b"a", MIXED, method=8, raw=b"\xff" * 400),
    "is not what its size says": Member(b"a", MIXED, method=8, size=len(MIXED) - 300),
}


def test_sound_zips_of_every_kind_are_read():
    for method in (0, 8):
        archive = StrictZip(craft_zip([Member(b"a", MIXED, method), B]), LIMITS, "it")
        assert (archive.read("a"), archive.read("b")) == (MIXED, b"more")
    assert StrictZip(craft_zip([]), LIMITS, "it").members == {}


def test_zips_of_the_standard_library_are_read_streamed_ones_too():
    class Stream(io.RawIOBase):
        """Cannot be rewound: the sizes then follow each member."""

        def __init__(self):
            self.content = b""

        def writable(self):
            return True

        def write(self, data):
            self.content += bytes(data)
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", MIXED)
        archive.writestr("b", b"more")
    assert StrictZip(stream.content, LIMITS, "it").read("a") == MIXED


@pytest.mark.parametrize("sentence", RULES)
def test_a_rule_of_the_structure(sentence):
    with pytest.raises(ArchiveError, match=f"^it is refused: .*{sentence}"):
        StrictZip(RULES[sentence], LIMITS, "it")


@pytest.mark.parametrize("sentence", CONTENTS)
def test_a_rule_of_the_contents(sentence):
    archive = StrictZip(craft_zip([CONTENTS[sentence]]), LIMITS, "it")
    with pytest.raises(ArchiveError, match=sentence):
        archive.read("a")


def test_deflate_that_goes_on_after_its_end_is_refused():
    packed = Member(b"a", MIXED, method=8).packed
    archive = StrictZip(craft_zip([Member(b"a", MIXED, method=8, raw=packed + b"more")]), LIMITS, "it")
    with pytest.raises(ArchiveError, match="not what its size says"):
        archive.read("a")


def test_a_directory_over_the_cap_is_not_read():
    limits = ZipLimits(1_000, 10_000, 15_000, max_directory_bytes=5_000)
    with pytest.raises(ArchiveError, match="too many members"):
        StrictZip(craft_zip([Member(b"x" * 100 + b"%d" % i, b"") for i in range(100)]), limits, "it")


def test_zip64_records_must_say_the_same(model_zip):
    policy = unzip(model_zip)["policy.pth"]
    limits = ZipLimits(100, 10_000, 15_000)
    assert StrictZip(policy, limits, "it").members
    start = policy.index(b"PK\6\6")
    for position in (24, 32, 40, 48, 64):  # Two counts, size, offset; where the record is.
        changed = bytearray(policy)
        changed[start + position] ^= 1
        with pytest.raises(ArchiveError, match="end record does not fit"):
            StrictZip(bytes(changed), limits, "it")
