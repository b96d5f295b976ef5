import pytest

from tetris_arcade.config.settings import (
    DisplaySettings,
    InputSettings,
    KioskSettings,
    Settings,
    SoundSettings,
    TrainingSettings,
)
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.settings_file import MAX_DAMAGED_FILES, load_settings, save_settings

UNUSUAL = Settings(
    display=DisplaySettings("ARCADE «日本»", (1920, 1080), True, "mono", True, 1.25, "software"),
    sound=SoundSettings(True, 0.0, 1.0, False),
    input=InputSettings({"PAUSE": ("p", "space"), "UP": ()}, {"CONFIRM": ("a",)}),
    training=TrainingSettings("uniform", 10, "shaped", 4, 0, 12.5, 990.0),
    kiosk=KioskSettings(30.0, 45.5, ("champion", "dellacherie"), (22, 6), "0042", True),
)


@pytest.mark.parametrize("settings", [Settings(), UNUSUAL])
def test_save_and_load(tmp_path, settings):
    path = tmp_path / "settings.toml"
    save_settings(path, settings)
    assert load_settings(path) == (settings, None)


def test_missing_file_gives_defaults(tmp_path):
    assert load_settings(tmp_path / "settings.toml") == (Settings(), None)
    assert not list(tmp_path.iterdir())


DAMAGED = {
    "half a file": b'[display]\ntitle = "ARC',
    "zeros": bytes(200),
    "not UTF-8": b"\xff\xfe\x00",
    "a duplicate value": b"[sound]\nmuted = true\nmuted = false\n",
    "deep nesting": b"a = " + b"[" * 30_000,
    "deep tables": b"[" + b"a." * 20_000 + b"a]",
    "too large": b"#" * 70_000,
    "a huge number": b"[training]\nseed = " + b"9" * 5_000,
    "a number for a section": b"display = 3\n",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_file_is_renamed(tmp_path, name):
    path = tmp_path / "settings.toml"
    path.write_bytes(DAMAGED[name])
    settings, message = load_settings(path)
    assert settings == Settings()
    assert "settings.toml.damaged-" in message
    assert message.isprintable()
    (renamed,) = tmp_path.glob("settings.toml.damaged-*")
    assert renamed.read_bytes() == DAMAGED[name]
    assert load_settings(path) == (Settings(), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[display]\nwindow_size = [1, 1]", "window_size must be"),
        ("[display]\nwindow_size = [1280]", "window_size must have 2 items"),
        ('[display]\npalette = "pink"', "palette must be one of"),
        ("[display]\ntext_size = 3.0", "text_size must be one of"),
        ("[display]\ntext_size = nan", "text_size must be finite"),
        ('[display]\ntitle = ""', "title must have 1 to 40"),
        ("[sound]\neffects_volume = -0.1", "effects_volume must be 0..1, got -0.1"),
        ('[sound]\nmuted = "yes"', "muted must be true or false"),
        ("[training]\nheight = 3", "height must be 4..40"),
        ("[training]\nheight = true", "height must be a whole number"),
        ("[training]\nspeed = inf", "speed must be finite"),
        ("[kiosk]\nidle_seconds = 0", "idle_seconds must be"),
        ('[kiosk]\npin = "1; rm"', "pin must be"),
        ('[kiosk]\npin = ""', "pin must be 4 to 8 digits"),
        ('[kiosk]\npin = "123"', "pin must be 4 to 8 digits"),
        ("[kiosk]\ndim_hours = [22, 25]", "dim_hours must be"),
        ('[input.keys]\nPAUSE = "p"', "PAUSE must be a list"),
        ("[display]\nwallpaper = 1", "display.wallpaper is not known"),
        ("wallpaper = 1", "wallpaper is not known"),
    ],
)
def test_invalid_field_gets_default(tmp_path, text, expected):
    path = tmp_path / "settings.toml"
    section = "" if "[display]" in text else "[display]\n"
    path.write_text(f"{text}\n{section}reduced_motion = true\n")
    settings, message = load_settings(path)
    assert expected in message
    assert settings == Settings(display=DisplaySettings(reduced_motion=True))
    assert load_settings(path) == (settings, None)


def test_number_of_damaged_files_is_bounded(tmp_path):
    for number in range(MAX_DAMAGED_FILES + 3):
        (tmp_path / f"settings.toml.damaged-2026010{number}-000000").touch()
    (tmp_path / "settings.toml").write_bytes(b"=")
    load_settings(tmp_path / "settings.toml")
    assert len(list(tmp_path.glob("settings.toml.damaged-*"))) == MAX_DAMAGED_FILES


def test_link_is_not_followed(tmp_path):
    (tmp_path / "target").write_bytes(b"secret")
    (tmp_path / "settings.toml").symlink_to(tmp_path / "target")
    settings, message = load_settings(tmp_path / "settings.toml")
    assert settings == Settings()
    assert "symbolic link" in message
    assert (tmp_path / "target").read_bytes() == b"secret"


def test_byte_order_mark_is_accepted(tmp_path):
    path = tmp_path / "settings.toml"
    save_settings(path, UNUSUAL)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_settings(path) == (UNUSUAL, None)


def test_folder_in_place_of_file_is_reported(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        save_settings(tmp_path / "file" / "settings.toml", Settings())
    settings, message = load_settings(tmp_path)
    assert settings == Settings()
    assert message.isprintable()
