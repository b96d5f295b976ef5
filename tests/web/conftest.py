"""One server for all tests that leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.staged_host import Site, open_site


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def site(running_site: Site) -> Site:
    """The server, whose host does nothing and has been told nothing."""
    running_site.host.rest()
    running_site.host.obeyed.clear()
    running_site.host.is_writable, running_site.host.refusal = True, None
    return running_site


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A server of the test's own, for one that harms it."""
    with open_site(tmp_path) as site:
        yield site
