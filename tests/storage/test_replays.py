import dataclasses
import tracemalloc

import pytest

from tetris_arcade.storage import replays
from tetris_arcade.storage.errors import NewerVersionError, StorageError
from tetris_arcade.storage.replays import (
    Replay,
    encode_replay,
    list_replays,
    load_replay,
    parse_replay,
    save_replay,
)

REPLAY = Replay(
    {"height": 20, "pieces": "bag"}, 0, bytes(i % 40 for i in range(2_500)), 990, 12_000, "champion"
)


def test_save_and_load(paths):
    path = save_replay(paths, REPLAY)
    loaded = load_replay(path)
    assert loaded.saved_at
    assert dataclasses.replace(loaded, saved_at="") == REPLAY
    assert list_replays(paths) == [path]


def test_2500_pieces_take_few_kilobytes():
    import random

    actions = bytes(random.Random(0).randrange(40) for _ in range(2_500))
    assert len(encode_replay(dataclasses.replace(REPLAY, actions=actions))) < 4_000


def test_game_without_moves(paths):
    assert load_replay(save_replay(paths, dataclasses.replace(REPLAY, actions=b""))).actions == b""


def test_only_newest_replays_are_kept(paths, monkeypatch):
    monkeypatch.setattr(replays, "MAX_REPLAYS", 3)
    saved = [save_replay(paths, REPLAY) for _ in range(5)]
    assert list_replays(paths) == saved[:1:-1]


def test_clock_set_back_keeps_order(paths, monkeypatch):
    monkeypatch.setattr(replays, "MAX_REPLAYS", 2)
    paths.replays.mkdir()
    (paths.replays / "20990101-000000-999999.json").touch()
    saved = [save_replay(paths, REPLAY) for _ in range(3)]
    assert list_replays(paths) == saved[:0:-1]
    assert saved[0].name == "20990101-000001-000000.json"


@pytest.mark.parametrize("name", ["99991231-235959-999999.json", "20991399-000000-000000.json"])
def test_invalid_time_in_name_is_ignored(paths, name):
    paths.replays.mkdir()
    (paths.replays / name).touch()
    assert load_replay(save_replay(paths, REPLAY)).lines == REPLAY.lines


def test_other_files_are_not_listed(paths):
    paths.replays.mkdir()
    (paths.replays / "notes.txt").touch()
    assert list_replays(paths) == []


@pytest.mark.parametrize("actions", [bytes([40]), bytes(1_000_001)])
def test_invalid_actions_are_refused(actions):
    with pytest.raises(ValueError, match="actions"):
        dataclasses.replace(REPLAY, actions=actions)


def _with_actions(*lines: bytes) -> bytes:
    content = encode_replay(dataclasses.replace(REPLAY, actions=b""))
    start, end = content.index(b'"actions": [') + 12, content.index(b"]")
    return content[:start] + b",".join(b'"%s"' % line for line in lines) + content[end:]


def _bomb() -> bytes:
    import base64
    import zlib

    return base64.b64encode(zlib.compress(bytes(50 * 2**20), 9))


DAMAGED = {
    "nothing": b"",
    "half": encode_replay(REPLAY)[:90],
    "not base64": _with_actions(b"!!!"),
    "not zlib": _with_actions(b"AAAA"),
    "truncated actions": _with_actions(b"eJw="),
    "fifty megabytes of zeros": _with_actions(
        *(_bomb()[i : i + 4_096] for i in range(0, len(_bomb()), 4_096))
    ),
    "a later version": encode_replay(REPLAY).replace(b'"version": 1', b'"version": 2'),
    "a string for a score": encode_replay(REPLAY).replace(b"12000", b'"12000"'),
    "an unknown field": encode_replay(REPLAY).replace(b'"seed"', b'"code": 1, "seed"'),
}


def test_compressed_bomb_takes_no_memory():
    content = DAMAGED["fifty megabytes of zeros"]
    tracemalloc.start()
    with pytest.raises(StorageError):
        parse_replay(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20


@pytest.mark.parametrize("name", ["a later version", "an unknown field"])
def test_replay_of_a_newer_version_is_not_called_damaged(name):
    with pytest.raises(NewerVersionError, match="the replay was saved by a newer version"):
        parse_replay(DAMAGED[name])


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_replay_is_refused(name):
    with pytest.raises(StorageError) as caught:
        parse_replay(DAMAGED[name])
    assert str(caught.value).isprintable()
