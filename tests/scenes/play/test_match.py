"""Who wins a game and a match, in each form."""

from __future__ import annotations

import pytest

from tetris_arcade.realtime.modes import ATTACK, RACE_BY_TIME, RACE_TO_GOAL, GameMode
from tetris_arcade.scenes.play.match import DuelResult, Match, SideState, judge_game
from tetris_arcade.scenes.play.match_menu import next_length


@pytest.mark.parametrize("mode", [ATTACK, RACE_BY_TIME, RACE_TO_GOAL])
def test_who_tops_out_loses(mode: GameMode) -> None:
    playing, lost = SideState(9, False, False), SideState(20, True, False)
    assert judge_game(mode, playing, playing) is None
    assert judge_game(mode, lost, playing) == DuelResult((20, 9), 1)
    assert judge_game(mode, playing, lost) == DuelResult((9, 20), 0)
    assert judge_game(mode, lost, lost) == DuelResult((20, 20), None)


def test_the_goal_is_won_by_who_reaches_it_first() -> None:
    assert judge_game(RACE_TO_GOAL, SideState(40, False, True), SideState(41, False, False)) == DuelResult(
        (40, 41), 0
    )
    assert judge_game(RACE_TO_GOAL, SideState(40, False, True), SideState(40, False, True)) == DuelResult(
        (40, 40), None
    )


@pytest.mark.parametrize(("lines", "winner"), [((5, 4), 0), ((4, 5), 1), ((4, 4), None)])
def test_lines_count_when_the_time_is_up(lines: tuple[int, int], winner: int | None) -> None:
    left, right = (SideState(count, False, True) for count in lines)
    assert judge_game(RACE_BY_TIME, left, right) == DuelResult(lines, winner)


@pytest.mark.parametrize(("num_games", "wins"), [(3, 2), (5, 3)])
def test_more_than_half_of_the_games_are_a_match(num_games: int, wins: int) -> None:
    match = Match(num_games=num_games)
    for number in range(wins):
        assert not match.is_over, number
        match = match.with_result(DuelResult((1, 0), 0))
    assert match.is_over
    assert match.winner == 0
    assert next_length(num_games, 1) == 8 - num_games
