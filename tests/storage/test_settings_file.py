import errno
import os
import stat
import sys
from dataclasses import replace

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
from tetris_arcade.storage.settings_file import MAX_DAMAGED_FILES, kept_file, load_settings, save_settings

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX links and modes")

UNUSUAL = Settings(
    display=DisplaySettings(
        title="ARCADE «日本»",
        window_size=(1920, 1080),
        full_screen=True,
        monitor=2,
        palette="mono",
        reduced_motion=True,
        text_size=1.25,
        presenting="software",
        language="ja",
        wording="student",
    ),
    sound=SoundSettings(muted=True, effects_volume=0.0, music_volume=1.0, music_on=False),
    input=InputSettings(keys={"PAUSE": ("p", "space"), "UP": ()}, pad={"CONFIRM": ("a",)}),
    training=TrainingSettings(
        pieces="uniform", height=10, reward="shaped", num_envs=4, speed=12.5, goal_lines=990.0
    ),
    kiosk=KioskSettings(
        idle_seconds=30.0,
        rotate_seconds=45.5,
        playlist=("champion", "dellacherie"),
        dim_hours=(22, 6),
        screen_off=True,
        restart_hour=4,
        statistics=False,
        closed_screens=("train",),
        pin="0042",
        train=True,
        forms=("sprint",),
        levels=(2, 7),
    ),
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
@pytest.mark.parametrize("settings", [None, UNUSUAL])
def test_damaged_file_stays_and_last_good_settings_are_used(tmp_path, name, settings):
    path = tmp_path / "settings.toml"
    if settings is not None:
        save_settings(path, settings)
    path.write_bytes(DAMAGED[name])
    before = sorted(os.listdir(tmp_path))
    loaded, message = load_settings(path)
    if name == "a number for a section":
        assert loaded.display == (settings or Settings()).display
    else:
        assert loaded == (settings or Settings())
    assert ("last good settings" if settings else "Defaults are used") in message
    assert message.isprintable()
    assert path.read_bytes() == DAMAGED[name]
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize("name", ["half a file", "zeros"])
def test_change_keeps_copy_of_damaged_file(tmp_path, name):
    path = tmp_path / "settings.toml"
    save_settings(path, UNUSUAL)
    path.write_bytes(DAMAGED[name])
    before, _ = load_settings(path)
    changed = replace(before, sound=SoundSettings())
    save_settings(path, changed, before)
    assert load_settings(path) == (changed, None)
    (copy,) = tmp_path.glob("settings.toml.damaged-*")
    assert copy.read_bytes() == DAMAGED[name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


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
    # The error stays in the file, beside a change of something else.
    changed = replace(settings, sound=SoundSettings(music_on=False))
    save_settings(path, changed, settings)
    again, message = load_settings(path)
    assert expected in message
    assert again == changed
    assert not list(tmp_path.glob("settings.toml.damaged-*"))


def test_wrong_setting_keeps_its_last_good_value(tmp_path):
    path = tmp_path / "settings.toml"
    save_settings(path, UNUSUAL)
    path.write_text(path.read_text().replace('"mono"', '"pink"').replace("12.5", "25.0"))
    settings, message = load_settings(path)
    assert settings.display.palette == "mono"
    assert settings.training.speed == 25.0
    assert "The last good settings are used there" in message


PIN_SLIPS = {
    "no quotes": "pin = 7351",
    "three digits": 'pin = "735"',
    "letters": 'pin = "73a1"',
    "a wrong name": 'pinn = "7351"',
    "not TOML": 'pin = "7351',
    "an error elsewhere": 'pin = "7351"\nidle_seconds =',
    "a number for the section": None,
}


@pytest.mark.parametrize("slip", PIN_SLIPS)
def test_chosen_pin_survives_a_slip_and_is_not_shown(tmp_path, slip):
    path = tmp_path / "settings.toml"
    save_settings(path, Settings(kiosk=KioskSettings(pin="9876")))
    path.write_text("kiosk = 7351" if PIN_SLIPS[slip] is None else f"[kiosk]\n{PIN_SLIPS[slip]}\n")
    settings, message = load_settings(path)
    assert settings.kiosk.pin == "9876"
    if slip != "a number for the section":
        assert "735" not in message
    # Nor does another change of the settings forget it.
    save_settings(path, replace(settings, sound=SoundSettings(muted=True)), settings)
    assert load_settings(path)[0].kiosk.pin == "9876"


def test_line_with_an_error_is_named_and_not_quoted(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('["9876"]\n["9876"]\n')
    message = load_settings(path)[1]
    assert message == "settings.toml has an error: line 2 is not valid TOML. Defaults are used."


def test_published_pin_counts_as_none(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('[kiosk]\npin = "2468"\n')
    assert load_settings(path) == (Settings(), None)
    assert Settings().kiosk.pin is None


def test_number_of_damaged_files_is_bounded_and_newest_stays(tmp_path):
    for number in range(MAX_DAMAGED_FILES + 3):  # as if the clock had been set back
        (tmp_path / f"settings.toml.damaged-2926010{number}-000000").touch()
    (tmp_path / "settings.toml").write_bytes(b"=")
    save_settings(tmp_path / "settings.toml", Settings())
    found = list(tmp_path.glob("settings.toml.damaged-*"))
    assert len(found) == MAX_DAMAGED_FILES
    assert b"=" in [copy.read_bytes() for copy in found]


@posix
@pytest.mark.parametrize("target", ["elsewhere/dotfile.toml", "other.toml"])
def test_link_is_followed_and_written_through(tmp_path, target):
    target, path = tmp_path / target, tmp_path / "data" / "settings.toml"
    save_settings(target, UNUSUAL)
    path.parent.mkdir()
    path.symlink_to(os.path.relpath(target, path.parent))
    assert load_settings(path) == (UNUSUAL, None)
    changed = replace(UNUSUAL, sound=SoundSettings())
    save_settings(path, changed, UNUSUAL)
    assert path.is_symlink()
    assert load_settings(target) == (changed, None)
    assert sorted(os.listdir(path.parent)) == ["settings.kept.toml", "settings.toml"]


@posix
def test_link_that_leads_nowhere_is_reported_and_stays(tmp_path):
    path = tmp_path / "settings.toml"
    save_settings(path, UNUSUAL)
    path.unlink()
    path.symlink_to(tmp_path / "unmounted" / "settings.toml")
    settings, message = load_settings(path)
    assert settings == UNUSUAL
    assert "a link to something that does not exist" in message
    with pytest.raises(StorageError, match="does not exist"):
        save_settings(path, Settings())
    assert path.is_symlink()
    assert not (tmp_path / "unmounted").exists()


@pytest.mark.parametrize("error", [errno.EACCES, errno.EIO, errno.EMFILE, errno.ENOMEM, errno.ESTALE])
def test_unreadable_file_is_left_alone(tmp_path, monkeypatch, error):
    path, open_file = tmp_path / "settings.toml", os.open
    save_settings(path, UNUSUAL)
    content = path.read_bytes()

    def fail(file, *arguments):
        if os.fspath(file) == os.fspath(path):
            raise OSError(error, os.strerror(error), file)
        return open_file(file, *arguments)

    monkeypatch.setattr(os, "open", fail)
    settings, message = load_settings(path)
    assert settings == UNUSUAL
    assert "cannot be read" in message
    with pytest.raises(StorageError, match="cannot be read"):
        save_settings(path, Settings(), settings)
    monkeypatch.undo()
    assert path.read_bytes() == content
    assert len(os.listdir(tmp_path)) == 2


def test_file_that_was_unreadable_once_loses_nothing(tmp_path):
    path = tmp_path / "settings.toml"
    save_settings(path, UNUSUAL)
    (tmp_path / "settings.kept.toml").unlink()
    # The program has started with the defaults, because the file could not be read then.
    save_settings(path, Settings(sound=SoundSettings(muted=False, effects_volume=0.1)), Settings())
    expected = replace(UNUSUAL, sound=replace(UNUSUAL.sound, effects_volume=0.1))
    assert load_settings(path) == (expected, None)


def test_file_of_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('version = 2\nsecrets = 1\n[display]\ntitle = "MINE"\nwallpaper = 1\n')
    content = path.read_bytes()
    settings, message = load_settings(path)
    assert settings.display.title == "MINE"
    assert "saved by a newer version" in message
    with pytest.raises(StorageError, match="newer version"):
        save_settings(path, settings)
    assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["settings.toml"]


def test_unknown_settings_are_kept(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("[display]\nwallpaper = 1\n[lights]\non = true\n")
    settings, message = load_settings(path)
    assert "not known" in message
    save_settings(path, replace(settings, display=DisplaySettings("MINE")), settings)
    text = path.read_text()
    assert "wallpaper = 1" in text
    assert "[lights]\non = true" in text
    assert load_settings(path)[0].display.title == "MINE"


def test_what_was_edited_meanwhile_is_kept(tmp_path):
    path = tmp_path / "settings.toml"
    save_settings(path, Settings())
    save_settings(path, UNUSUAL)  # by hand, while the program runs
    save_settings(path, Settings(training=TrainingSettings(seed=7)), Settings())
    expected = replace(UNUSUAL, training=replace(UNUSUAL.training, seed=7))
    assert load_settings(path) == (expected, None)


@posix
@pytest.mark.parametrize(
    ("mode", "pin", "expected"), [(0o640, None, 0o640), (0o600, None, 0o600), (0o644, "9876", 0o600)]
)
def test_mode_is_kept_and_a_pin_is_secret(tmp_path, mode, pin, expected):
    path = tmp_path / "settings.toml"
    save_settings(path, Settings())
    path.chmod(mode)
    save_settings(path, Settings(kiosk=KioskSettings(pin=pin)), Settings())
    assert stat.S_IMODE(path.stat().st_mode) == expected
    assert stat.S_IMODE(kept_file(path).stat().st_mode) == 0o600


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
