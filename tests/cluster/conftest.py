"""Tests of the cluster run on one Ray per module, or say why they do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tetris_arcade.cluster.extra import missing_cluster_packages
from tetris_arcade.config.paths import DataPaths


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """Ray with two workers on this machine."""
    if missing_cluster_packages():
        pytest.skip("the extra cluster is not installed")
    from tetris_arcade.cluster.session import LOCAL, open_cluster

    paths = DataPaths(tmp_path_factory.mktemp("ray"))
    with open_cluster(paths, LOCAL, 2, lambda _stage: None) as connected:
        yield connected
    assert not any((paths.logs / "ray").iterdir())
