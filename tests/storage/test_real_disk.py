"""Limits set by the operating system: a small disk, and a maximum file size."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.storage.save_loop import contents
from tetris_arcade.storage.checkpoints import load_checkpoint

ROOT = Path(__file__).parents[2]
SAVES = """
import os, sys
from pathlib import Path
from tests.storage.save_loop import contents
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage import atomic
from tetris_arcade.storage.checkpoints import load_checkpoint, save_checkpoint
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.metadata import Metadata

paths = DataPaths(Path(sys.argv[1]))
def save(number):
    try:
        save_checkpoint(paths, "latest", contents(number), Metadata("latest", timesteps=number))
    except StorageError as error:
        print(number, error)
    found = load_checkpoint(paths.latest, verify=True)
    assert {name: found.read(name) for name in found.metadata.files} == contents(found.metadata.timesteps)
    print("holds", found.metadata.timesteps, sorted(os.listdir(paths.checkpoints)))
"""


def run(code, root, *prefix):
    command = [*prefix, sys.executable, "-c", SAVES + code, str(root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines(), done


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_file_size_limit_loses_only_new_checkpoint(paths):
    lines, done = run(
        "from resource import RLIM_INFINITY, RLIMIT_FSIZE, setrlimit\n"
        "save(1)\nsetrlimit(RLIMIT_FSIZE, (100_000, RLIM_INFINITY))\n"
        "save(2)\nsetrlimit(RLIMIT_FSIZE, (RLIM_INFINITY, RLIM_INFINITY))\nsave(3)\n",
        paths.root,
    )
    assert lines == [
        "holds 1 ['latest']",
        "2 latest was not saved: the file would be larger than allowed",
        "holds 1 ['latest']",
        "holds 3 ['.latest.prev', 'latest']",
    ], done.stderr
    assert load_checkpoint(paths.latest).read("model.zip") == contents(3)["model.zip"]


def _can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _can_mount(), reason="needs user namespaces to mount a small disk")
def test_full_disk_loses_only_new_checkpoint(tmp_path):
    # Two checkpoints fit, a third does not. Without the check of free space, the writes themselves fail.
    code = "atomic._check_space = lambda *_: None\nsave(1)\nsave(2)\nsave(3)\n"
    code += "(paths.root / 'film').write_bytes(bytes(600_000))\nsave(4)\n"
    code += "(paths.root / 'film').unlink()\nsave(5)\n"
    shell = f'mount -t tmpfs -o size=1200k tmpfs {tmp_path} && exec "$@"'
    lines, done = run(code, tmp_path, "unshare", "-rm", "sh", "-c", shell, "sh")
    assert lines == [
        "holds 1 ['latest']",
        "holds 2 ['.latest.prev', 'latest']",
        "holds 3 ['latest']",  # The backup was deleted for space.
        "4 latest was not saved: the disk is full",
        "holds 3 ['latest']",
        "holds 5 ['.latest.prev', 'latest']",
    ], done.stderr
