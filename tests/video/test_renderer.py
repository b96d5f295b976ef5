"""Videos play at their pace, and their pictures show the board."""

from __future__ import annotations

import numpy as np
import pytest

from tetris_arcade.engine.single_game import Game
from tetris_arcade.training.players import load_player
from tetris_arcade.ui.theme import THEMES
from tetris_arcade.video.renderer import PacedGame, VideoRenderer


def _paced_game(speed: float = 10.0, height: int = 20) -> PacedGame:
    return PacedGame(Game(height=height, seed=3), load_player("dellacherie"), speed)


def test_video_plays_at_its_pace() -> None:
    game = _paced_game(speed=10.0)
    views = list(game.views(20, 2.0))
    assert len(views) == 40
    assert game.moves == 20
    assert [view.move for view, _ in views[:6]] == [1, 1, 2, 2, 3, 3]
    assert all(0.0 <= share <= 1.0 for _, share in views)


def test_more_moves_than_frames() -> None:
    game = _paced_game(speed=100.0)
    assert len(list(game.views(20, 1.0))) == 20
    assert game.moves == pytest.approx(100, abs=6)


def test_video_ends_shortly_after_its_game() -> None:
    game = PacedGame(Game(height=4, seed=1), load_player("random"), 20.0)
    views = [view for view, _ in game.views(20, 60.0)]
    assert views[-1].over
    assert sum(view.over for view in views) == pytest.approx(30, abs=2)


@pytest.mark.parametrize("height_px", [240, 721, 1080])
def test_pictures_have_even_size_and_show_the_board(height_px: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("pygame.display.set_mode")  # no window is opened
    renderer = VideoRenderer("dellacherie", "TETRIS ARCADE", THEMES["colour-safe"], height_px, 20)
    picture = renderer.draw(list(_paced_game().frames(20, 1.0))[-1])
    assert picture.shape == (*renderer.size[::-1], 3)
    assert renderer.size[0] % 2 == renderer.size[1] % 2 == 0
    assert len(np.unique(picture @ np.array([1 << 16, 1 << 8, 1]))) > 12
