import pytest
from hypothesis import given
from hypothesis import strategies as st

from tetris_arcade.storage.errors import SlotNameError
from tetris_arcade.storage.slot_names import (
    is_plain_folder_name,
    name_from_text,
    normalize_name,
    slot_folder_name,
)


@pytest.mark.parametrize("name", ["a", "my-bot_2", "0", "champion", "x" * 48])
def test_plain_name_is_folder_name(name):
    assert slot_folder_name(name) == name


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("My Bot", "my-bot"),
        ("Größe", "groe"),
        ("日本", "slot"),
        ("🤖", "slot"),
        ("👩\u200d🔬", "slot"),
        ("می\u200cخواهم", "slot"),
        ("\U0001fae8 shaking face of Unicode 15", "shaking-face-of-unicode-15"),
        ("con", "con"),
        ("COM1", "com1"),
        ("..", "slot"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows", "c-windows"),
        ("-rf", "rf"),
        ("a.b", "a-b"),
        ("x" * 60, "x" * 36),
    ],
)
def test_other_names_become_slug_and_hash(name, slug):
    folder = slot_folder_name(name)
    assert folder.rpartition("-")[0] == slug
    assert is_plain_folder_name(folder)


def test_similar_names_have_different_folders():
    names = ["My Bot", "my bot", "my-bot", "My-Bot", "mỹ bot", "my  bot"]
    assert len({slot_folder_name(name) for name in names}) == len(names)


def test_unicode_forms_are_one_name():
    assert slot_folder_name("é") == slot_folder_name("e\u0301")
    assert normalize_name("  a ") == "a"


@pytest.mark.parametrize(
    "name",
    ["", " ", "\n", "a\nb", "a\0", "\x1b[2J", "\u202egnp", "\ud800", "x" * 61, "x" * 300, "\u200b", "\ue000"],
)
def test_unprintable_name_is_refused(name):
    with pytest.raises(SlotNameError) as caught:
        slot_folder_name(name)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["latest", "BEST", "final", "Slots", "random", "dellacherie", "bcts"])
def test_reserved_name_is_refused(name):
    with pytest.raises(SlotNameError, match="reserved"):
        slot_folder_name(name)


@given(name=st.text(max_size=80))
def test_any_text_is_safe_or_refused(name):
    try:
        folder = slot_folder_name(name)
    except SlotNameError:
        return
    assert is_plain_folder_name(folder)
    assert slot_folder_name(normalize_name(name)) == folder


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("\u200eשלום\u200f", "שלום"),
        ("d\udce4ten", "dten"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("U\u0308ber", "Über"),
        ("モデル" * 30, "モデル" * 20),
    ],
)
def test_file_name_gives_a_name(text, name):
    assert name_from_text(text) == name


def test_reserved_or_invisible_file_name_gives_none():
    for text in ("latest", "\u200e", ""):
        with pytest.raises(SlotNameError):
            name_from_text(text)
