"""The WebSocket, by a real client against a real server: the state, news, commands and refusals."""

from __future__ import annotations

import time

import pytest
from websockets.exceptions import ConnectionClosed

from tests.web.staged_host import WATCHER, Site, wait_until
from tetris_arcade import __version__
from tetris_arcade.remote.messages import RefusedError, StartDemo, StartTraining
from tetris_arcade.worker.shared.messages import (
    AddNote,
    EpisodeEnded,
    Failed,
    GameEnded,
    NewBest,
    NewGame,
    Pause,
    PlayTask,
    Resume,
    Save,
    Saved,
    SaveFailed,
    SaveSlot,
    Seek,
    SetHyperparameter,
    SetInStep,
    SetLookahead,
    SetSpeed,
    SetVisuals,
    Stage,
    Step,
    Stop,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import SharedCell


def test_a_page_is_first_sent_the_whole_state(site: Site) -> None:
    site.host.start()
    site.host.show(7, timesteps=1_200, saved_at=5.0)
    site.host.plot(3)
    wait_until(lambda: site.state()["series"]["lines"]["timesteps"] and site.state()["board"])
    state = site.state()
    assert (state["version"], state["role"], state["host"]) == (__version__, "operator", "arcade")
    assert state["status"]["status"] == "running"
    assert state["status"]["visual"] is True
    assert state["status"]["speed"] == 1.0
    assert state["board"]["move"] == 7
    assert state["metrics"]["timesteps"] == 1_200
    assert state["series"]["lines"] == {"timesteps": [0, 100, 200], "values": [0.5, 1.5, 2.5]}
    assert "champion" in {model["name"] for model in state["models"]}
    assert (state["demo"], state["saved_at"], state["unsaved_since"]) == (None, 5, 0)


def test_sentences_are_in_the_language_of_the_page(site: Site) -> None:
    ended = "The training has ended: its goal is reached."
    with site.browser(query="?language=xx") as english:
        english.receive("sync")
        site.host.start()
        site.host.change(state=WorkerState.STOPPED, message=ended)
        english.until("status", lambda message: message["message"] == ended)
        with site.browser(query="?language=de") as german:
            message = german.receive("sync")["status"]["message"]
            assert message == "Training: beendet (its goal is reached)."
            site.report(NewBest(1_234.5, 10))
            site.report(Saved("best", "best"))
            assert german.receive("info")["message"] == "Neuer Rekord, gespeichert: 1.234,5 Reihen pro Spiel."
            assert english.receive("info")["message"] == "New best, saved: 1,234.5 lines per game."


def test_board_has_the_position_before_the_move_and_the_move(site: Site) -> None:
    site.host.start()
    with site.browser() as browser:
        browser.receive("sync")
        site.host.show(11)
        board = browser.until("board", lambda message: message["move"] == 11)
    assert len(board["board"]) == board["height"] == 20
    assert {len(row) for row in board["board"]} == {10}
    assert board["board"][19][0] == 1  # an I, in the lowest row of the stack
    move = [board[name] for name in ("piece", "rotation", "col", "source", "side")]
    assert move == [3, 2, 3, "training", 0]
    assert board["next"] == [1, 2, 5, 7]
    assert len(board["values"]) == 40
    assert (board["greedy"], board["over"], board["lines"]) == (True, False, 11)


def test_what_the_training_does_is_said_in_a_sentence(site: Site) -> None:
    site.host.start()
    site.host.plot(2)
    with site.browser() as browser:
        browser.receive("sync")
        browser.until("series", lambda message: message["name"] == "lines")
        site.host.show(1, timesteps=3_000, updates=9, epsilon=0.7)
        metrics = browser.until("metrics", lambda message: message["timesteps"] == 3_000)
    assert metrics["narration"] == "It tries moves at random: 7 of 10."


def test_numbers_that_are_none_are_null(site: Site) -> None:
    site.host.start()
    with site.browser() as browser:
        browser.receive("sync")
        site.host.show(1, loss=float("nan"), mean_value=float("inf"), epsilon=0.25)
        metrics = browser.until("metrics", lambda message: message["epsilon"] == 0.25)
    assert metrics["loss"] is None
    assert metrics["mean_value"] is None


def test_only_new_points_of_a_graph_are_sent(site: Site) -> None:
    site.host.start()
    with site.browser() as browser:
        browser.receive("sync")
        site.host.plot(2)
        browser.until("series", lambda message: message["name"] == "lines" and len(message["timesteps"]) == 2)
        site.host.plot(5)
        news = browser.until("series", lambda message: message["name"] == "lines")
    assert (news["start"], news["timesteps"], news["values"]) == (2, [200, 300, 400], [2.5, 3.5, 4.5])


def test_another_run_has_graphs_of_its_own(site: Site) -> None:
    site.host.start()
    with site.browser() as browser:
        browser.receive("sync")
        site.host.plot(4)
        browser.until("series", lambda message: len(message["timesteps"]) == 4)
        site.host.start()
        news = browser.until("series", lambda message: message["name"] == "lines")
    assert (news["start"], news["timesteps"]) == (0, [])


def test_two_pages_see_the_same(site: Site) -> None:
    site.host.start()
    with site.browser() as first, site.browser(WATCHER) as second:
        for browser in (first, second):
            browser.receive("sync")
        site.host.show(21)
        boards = [
            browser.until("board", lambda message: message["move"] == 21) for browser in (first, second)
        ]
    assert boards[0] == boards[1]


def test_hidden_boards_are_not_sent(site: Site) -> None:
    site.host.start()
    with site.browser() as browser:
        browser.receive("sync")
        site.host.show(1)
        browser.until("board", lambda message: message["move"] == 1)
        site.host.telemetry["trainer"].cells[SharedCell.VISUALS] = 0
        assert browser.receive("info")["message"] == "Boards are hidden: everything runs at full speed."
        browser.messages.clear()
        for move in range(30, 36):
            site.host.show(move, timesteps=move)
            time.sleep(0.02)
        browser.until("metrics", lambda message: message["timesteps"] == 35)
    assert "board" not in {message["type"] for message in browser.messages}


# --- Status and messages ---


def test_start_up_is_told_with_its_stage(site: Site) -> None:
    with site.browser() as browser:
        browser.receive("sync")
        site.host.start()
        site.host.change(state=WorkerState.STARTING, stage=Stage("compiling", 0.25))
        status = browser.until("status", lambda message: message["status"] == "starting")
    assert (status["stage"], status["fraction"], status["source"]) == ("compiling", 0.25, "training")


def test_demo_goes_before_the_training_that_is_paused(site: Site) -> None:
    site.host.start()
    site.host.change(state=WorkerState.PAUSED)
    with site.browser() as browser:
        browser.receive("sync")
        site.host.start("player", PlayTask(("stacker",)))
        site.host.show(3, "player")
        status = browser.until("status", lambda message: message["status"] == "demo_running")
        board = browser.until("board", lambda message: message["source"] == "demo")
    assert (status["demo"], status["training"]) == ("stacker", True)
    assert board["move"] == 3


def test_replay_does_not_tell_where_its_file_is(site: Site) -> None:
    with site.browser() as browser:
        browser.receive("sync")
        site.host.start("player", PlayTask(("/home/somebody/records/20260101-120000.json",)))
        status = browser.until("status", lambda message: message["source"] == "replay")
    assert (status["status"], status["demo"]) == ("demo_running", "20260101-120000")


def test_games_are_reported_singly(site: Site) -> None:
    with site.browser() as browser:
        browser.receive("sync")
        site.report(EpisodeEnded(8, 41.5, 12, 40, 130, 900))
        training = browser.receive("episode")
        time.sleep(0.12)
        site.report(GameEnded(5, 20, 60), "player")
        demo = browser.receive("episode")
    assert training == {
        "type": "episode",
        "episode": 8,
        "reward": 41.5,
        "lines": 12,
        "pieces": 40,
        "score": 130,
        "timesteps": 900,
        "source": "training",
    }
    assert (demo["source"], demo["lines"], demo["reward"]) == ("demo", 5, None)


def test_new_best_is_told_once_it_is_saved(site: Site) -> None:
    with site.browser() as browser:
        browser.receive("sync")
        site.report(NewBest(12.3, 900))
        site.report(Saved("slot", "mine"))
        assert browser.receive("info")["message"] == 'The model is saved as "mine".'
        site.report(Saved("best", "best"))
        assert browser.receive("info")["message"] == "New best, saved: 12.3 lines per game."


def test_failed_save_is_told_once(site: Site) -> None:
    with site.browser() as browser:
        browser.receive("sync")
        for reason in ("the disk is full", "the disk is full", "the disk is gone"):
            site.report(SaveFailed(reason))
        told = [browser.receive("error")["message"] for _ in range(2)]
    assert told == ["Not saved: the disk is full", "Not saved: the disk is gone"]


def test_failure_is_one_sentence_without_traceback_and_paths(site: Site) -> None:
    with site.browser() as browser:
        browser.receive("sync")
        where = f"{site.paths.root}/checkpoints/latest and /usr/lib/secret/thing.so"
        site.report(Failed(f"The training failed: {where}", "Traceback (most recent call last)"))
        message = browser.receive("error")["message"]
    assert message == "The training failed: checkpoints/latest and thing.so"
    assert "Traceback" not in str(browser.messages)


# --- Commands ---

COMMANDS = {
    "start": ({"config": {"seed": 3}}, StartTraining({"seed": 3})),
    "stop": ({}, Stop()),
    "pause": ({}, Pause()),
    "resume": ({}, Resume()),
    "step": ({}, Step()),
    "save": ({}, Save()),
    "set_mode": ({"visual": False}, SetVisuals(False)),
    "set_speed": ({"speed": 0.1}, SetSpeed(1.0)),
    "in_step": ({"on": True}, SetInStep(True)),
    "save_slot": ({"slot_name": "mine"}, SaveSlot("mine")),
    "new_game": ({"seed": 5}, NewGame(seed=5)),
    "lookahead": ({"on": True}, SetLookahead(True)),
    "seek": ({"pieces": 12}, Seek(12)),
    "set_hyperparameter": ({"name": "gamma", "value": 0.9}, SetHyperparameter("gamma", 0.9)),
    "add_note": ({"text": "It learns."}, AddNote("It learns.")),
    "start_demo": ({"slot": "champion"}, StartDemo("champion")),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_operator_commands_and_the_host_obeys(site: Site, name: str) -> None:
    fields, command = COMMANDS[name]
    with site.browser() as browser:
        answer = browser.ask(command=name, id=7, **fields)
    assert answer == {"type": "done", "command": name, "id": 7}
    assert site.host.obeyed == [command]


@pytest.mark.parametrize("name", COMMANDS)
def test_watcher_changes_nothing(site: Site, name: str) -> None:
    with site.browser(WATCHER) as browser:
        assert browser.receive("sync")["role"] == "watcher"
        answer = browser.ask(command=name, id=7, **COMMANDS[name][0])
    assert (answer["type"], answer["message"]) == ("error", "This address may only watch.")
    assert site.host.obeyed == []


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ({"command": "dance"}, "There is no command 'dance'."),
        ({"command": 5}, "There is no command 5."),
        ({}, "There is no command None."),
        ({"command": "set_speed"}, "set_speed: speed is missing."),
        ({"command": "set_speed", "speed": "fast"}, "set_speed: speed must be a number or null, got 'fast'."),
        ({"command": "set_mode", "visual": 1}, "set_mode: visual must be true or false, got 1."),
        ({"command": "seek", "pieces": -1}, "seek: pieces must be a whole number from 0, got -1."),
        ({"command": "save_slot"}, "save_slot: slot_name must be a name, got None."),
        ({"command": "start", "config": []}, "start: config must be a table, got list."),
    ],
)
def test_wrong_command_names_the_field(site: Site, command: dict[str, object], message: str) -> None:
    with site.browser() as browser:
        assert browser.ask(**command)["message"] == message
    assert site.host.obeyed == []


def test_refusal_of_the_host_reaches_the_page_that_asked(site: Site) -> None:
    site.host.refusal = RefusedError("A training is running: stop it first.", "busy")
    with site.browser() as browser, site.browser() as other:
        answer = browser.ask(command="start", id=4)
        assert other.receive("sync")
        site.report(Saved("slot", "x"))
        other.receive("info")
    assert answer["message"] == "A training is running: stop it first."
    assert "error" not in {message["type"] for message in other.messages}


def test_speed_is_clamped_and_one_is_no_delay(site: Site) -> None:
    with site.browser() as browser:
        for speed in (0.0, 1.0, 7, 0.1):
            browser.ask(command="set_speed", speed=speed)
        browser.ask(command="set_speed", pieces_per_second=2.5)
        browser.ask(command="set_speed", pieces_per_second=None)
    assert site.host.obeyed == [
        SetSpeed(1.0),
        SetSpeed(None),
        SetSpeed(None),
        SetSpeed(1.0),
        SetSpeed(2.5),
        SetSpeed(None),
    ]


def test_page_of_another_version_is_told_and_closed(site: Site) -> None:
    with site.browser(query="?version=0.0.9") as browser:
        message = browser.receive("error")["message"]
        with pytest.raises(ConnectionClosed) as closed:
            browser.receive("sync")
    assert message == f"This page is of version 0.0.9, the server of {__version__}: reload the page."
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4000


def test_page_of_this_version_is_served(site: Site) -> None:
    with site.browser(query=f"?version={__version__}") as browser:
        assert browser.receive("sync")
