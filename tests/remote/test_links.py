"""Both ends of a link: what a host says first, what it passes on, and what it obeys."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.web.staged_host import StagedHost
from tetris_arcade.remote import link as link_module
from tetris_arcade.remote.host import MAX_LINKS, HostLinks
from tetris_arcade.remote.link import HostLink, OtherVersionError
from tetris_arcade.remote.messages import RefusedError
from tetris_arcade.worker.shared.messages import NewBest, Pause, WorkerState


@pytest.fixture
def host() -> StagedHost:
    return StagedHost()


@pytest.fixture
def links(host: StagedHost) -> Iterator[HostLinks]:
    links = HostLinks(lambda: host)
    yield links
    links.close()


@pytest.fixture
def link(links: HostLinks) -> Iterator[HostLink]:
    link = HostLink(links.connect())
    link.poll()
    yield link
    link.close()


def test_host_says_what_it_is(host: StagedHost, link: HostLink) -> None:
    assert link.hello is not None
    assert (link.hello.kind, link.hello.commands, link.hello.is_writable) == ("arcade", host.commands, True)
    assert set(link.telemetry) == {"trainer", "player"}
    assert link.statuses == host.now


def test_changes_are_sent_once(host: StagedHost, links: HostLinks, link: HostLink) -> None:
    links.poll()
    link.poll()
    host.start()
    links.poll()
    links.poll()
    assert [message["type"] for message in link.poll()] == ["status"]
    assert link.statuses["trainer"].state is WorkerState.RUNNING


def test_telemetry_is_seen_and_cannot_be_changed(host: StagedHost, link: HostLink) -> None:
    host.show(3)
    frame = link.telemetry["trainer"].frame.read()
    assert frame is not None
    assert frame[0]["boards"][0]["move"] == 3
    with pytest.raises(ValueError, match="read-only"):
        link.telemetry["trainer"].cells[0] = 1


def test_every_link_reads_every_frame(host: StagedHost, links: HostLinks, link: HostLink) -> None:
    other = HostLink(links.connect())
    other.poll()
    host.show(3)
    for each in (link, other):
        frame = each.telemetry["trainer"].frame.read()
        assert frame is not None
    other.close()


def test_answers_carry_the_id_of_the_command(host: StagedHost, links: HostLinks, link: HostLink) -> None:
    first, second = link.send(Pause()), link.send({"command": "dance"})
    host.refusal = None
    links.poll()
    answers = {message["id"]: message for message in link.poll() if "id" in message}
    assert answers[first]["ok"] is True
    assert answers[second] == {
        "id": second,
        "ok": False,
        "error": "There is no command 'dance'.",
        "code": "invalid",
    }
    assert host.obeyed == [Pause()]


def test_host_refuses_what_it_does_not_know(host: StagedHost, links: HostLinks, link: HostLink) -> None:
    host.commands = frozenset({"stop"})
    link.send(Pause())
    links.poll()
    (answer,) = [message for message in link.poll() if "id" in message]
    assert answer["error"] == "This program does not take that command."
    assert host.obeyed == []


def test_refusal_comes_with_its_code(host: StagedHost, links: HostLinks, link: HostLink) -> None:
    host.refusal = RefusedError("Not now.", "busy")
    link.send(Pause())
    links.poll()
    (answer,) = [message for message in link.poll() if "id" in message]
    assert (answer["error"], answer["code"]) == ("Not now.", "busy")


def test_reports_are_passed_on(links: HostLinks, link: HostLink) -> None:
    links.on_report("trainer", [NewBest(2.0, 10)])
    (message,) = link.poll()
    assert (message["type"], message["kind"], message["source"]) == ("report", "NewBest", "trainer")


def test_link_that_stalls_is_dropped_and_the_others_stay(links: HostLinks, link: HostLink) -> None:
    stalled = links.connect()
    for _ in range(200):
        links.on_report("trainer", [NewBest(2.0, 10)] * 50)
        link.poll()
    assert len(links.filenos()) == 1
    assert not link.is_closed
    stalled.close()


def test_one_link_too_many_is_refused(links: HostLinks) -> None:
    sockets = [links.connect() for _ in range(MAX_LINKS + 1)]
    refused = HostLink(sockets[-1])
    refused.poll()
    refused.poll()
    assert refused.is_closed
    for sock in sockets[:-1]:
        sock.close()


def test_link_notices_the_end_of_the_host(links: HostLinks, link: HostLink) -> None:
    links.close()
    link.poll()
    assert link.is_closed


def test_host_of_another_version_is_refused(links: HostLinks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "__version__", "9.9")
    with pytest.raises(OtherVersionError, match=r"this one is of 9\.9"):
        HostLink(links.connect()).poll()


def test_stranger_ends_only_its_own_link(links: HostLinks, link: HostLink) -> None:
    ours, theirs = socket.socketpair()
    links.add(ours)
    theirs.sendall(b"GET / HTTP/1.1\r\n\r\n")
    links.poll()
    assert len(links.filenos()) == 1
    assert not link.is_closed
    theirs.close()
