import dataclasses
import tracemalloc

import pytest

from tetris_arcade.storage import replays as records
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import (
    Replay,
    encode_replay,
    list_replays,
    load_replay,
    parse_replay,
    save_replay,
)

RECORD = Replay(
    {"height": 20, "pieces": "bag"}, 0, bytes(i % 40 for i in range(2_500)), 990, 12_000, "champion"
)


def test_what_is_saved_is_loaded(paths):
    path = save_replay(paths, RECORD)
    loaded = load_replay(path)
    assert loaded.saved_at
    assert dataclasses.replace(loaded, saved_at="") == RECORD
    assert list_replays(paths) == [path]


def test_a_game_of_2500_pieces_takes_a_few_kilobytes():
    import random

    actions = bytes(random.Random(0).randrange(40) for _ in range(2_500))
    assert len(encode_replay(dataclasses.replace(RECORD, actions=actions))) < 4_000


def test_a_game_without_a_move_is_a_record_too(paths):
    assert load_replay(save_replay(paths, dataclasses.replace(RECORD, actions=b""))).actions == b""


def test_the_number_of_records_is_bounded_and_the_newest_stay(paths, monkeypatch):
    monkeypatch.setattr(records, "MAX_RECORDS", 3)
    saved = [save_replay(paths, RECORD) for _ in range(5)]
    assert list_replays(paths) == saved[:1:-1]


def test_a_record_saved_after_the_clock_was_set_back_is_the_newest_all_the_same(paths, monkeypatch):
    monkeypatch.setattr(records, "MAX_RECORDS", 2)
    paths.replays.mkdir()
    (paths.replays / "20990101-000000-999999.json").touch()
    saved = [save_replay(paths, RECORD) for _ in range(3)]
    assert list_replays(paths) == saved[:0:-1]
    assert saved[0].name == "20990101-000001-000000.json"


@pytest.mark.parametrize("name", ["99991231-235959-999999.json", "20991399-000000-000000.json"])
def test_a_name_that_no_time_follows_does_not_keep_records_from_being_saved(paths, name):
    paths.replays.mkdir()
    (paths.replays / name).touch()
    assert load_replay(save_replay(paths, RECORD)).lines == RECORD.lines


def test_strange_files_among_the_records_are_passed_over(paths):
    paths.replays.mkdir()
    (paths.replays / "notes.txt").touch()
    assert list_replays(paths) == []


@pytest.mark.parametrize("actions", [bytes([40]), bytes(1_000_001)])
def test_actions_that_cannot_be_are_refused(actions):
    with pytest.raises(ValueError, match="actions"):
        dataclasses.replace(RECORD, actions=actions)


def _with_actions(*lines: bytes) -> bytes:
    content = encode_replay(dataclasses.replace(RECORD, actions=b""))
    start, end = content.index(b'"actions": [') + 12, content.index(b"]")
    return content[:start] + b",".join(b'"%s"' % line for line in lines) + content[end:]


def _bomb() -> bytes:
    import base64
    import zlib

    return base64.b64encode(zlib.compress(bytes(50 * 2**20), 9))


DAMAGED = {
    "nothing": b"",
    "half": encode_replay(RECORD)[:90],
    "no base64": _with_actions(b"!!!"),
    "no zlib": _with_actions(b"AAAA"),
    "actions cut short": _with_actions(b"eJw="),
    "fifty megabytes of zeros": _with_actions(
        *(_bomb()[i : i + 4_096] for i in range(0, len(_bomb()), 4_096))
    ),
    "a later version": encode_replay(RECORD).replace(b'"version": 1', b'"version": 2'),
    "a score of text": encode_replay(RECORD).replace(b"12000", b'"12000"'),
    "a field too much": encode_replay(RECORD).replace(b'"seed"', b'"code": 1, "seed"'),
}


def test_a_bomb_of_actions_takes_no_memory():
    content = DAMAGED["fifty megabytes of zeros"]
    tracemalloc.start()
    with pytest.raises(StorageError):
        parse_replay(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_record_is_refused_in_one_sentence(name):
    with pytest.raises(StorageError) as caught:
        parse_replay(DAMAGED[name])
    assert str(caught.value).isprintable()
