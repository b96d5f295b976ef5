"""The page draws pieces, motion and letters as the window does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tetris_arcade.engine.tetromino import orientation
from tetris_arcade.ui.font import glyph_rows, glyph_span
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.piece_animation import pose

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.system

pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
pytest.importorskip("websockets", reason="the extra web is not installed")


def _moves() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Random moves as the page gets them, and what the window makes of each."""
    boards, poses = [], []
    generator = np.random.default_rng(3)
    for _ in range(40):
        cells = (generator.random((20, 10)) < np.linspace(0, 0.8, 20)[:, None]).astype(np.uint8)
        cells[:6] = 0
        piece = int(generator.integers(7))
        values = np.where(generator.random(40) < 0.8, generator.normal(size=40), np.nan).astype(np.float32)
        model = BoardModel(cells, piece, values=values)
        action = model.candidates[0]
        rotation, row, col = model.drop(action)
        board = BoardModel(
            cells, piece, action, rotation, row, col, values=values, cleared=(19,) if action % 2 else ()
        )
        known = [None if np.isnan(value) else float(value) for value in values]
        boards.append(
            {"board": cells.tolist(), "height": 20, "piece": piece + 1, "action": action, "values": known,
             "rotation": rotation, "row": row, "col": col, "cleared": list(board.cleared)}
        )  # fmt: skip
        heat = [None if np.isnan(value) else float(value) for value in board.column_heat]
        times = (0.0, 0.1, 0.3, 0.5, 0.65, 0.9, 1.0)
        poses.append(
            {
                "poses": [
                    [now.rotation, now.row, now.col, now.is_locked, now.flash, now.sweep]
                    for now in (pose(board, time) for time in times)
                ],
                "best": [list(board.drop(action)) for action in board.candidates[:3]],
                "heat": heat,
            }
        )
    return boards, poses


def test_pieces_and_motion_are_the_windows(page: Page) -> None:
    boards, poses = _moves()
    drawn = page.evaluate(
        """async (boards) => {
            const { pose } = await import("/static/motion.js");
            const { bestPlacements, columnHeat } = await import("/static/placements.js");
            return boards.map((board) => ({
                poses: [0, 0.1, 0.3, 0.5, 0.65, 0.9, 1].map((time) => {
                    const now = pose(board, time);
                    return [now.rotation, now.row, now.col, now.isLocked, now.flash, now.sweep];
                }),
                best: bestPlacements(board).map(({ rotation, row, col }) => [rotation, row, col]),
                heat: columnHeat(board),
            }));
        }""",
        boards,
    )
    for expected, found in zip(poses, drawn, strict=True):
        np.testing.assert_allclose(found["poses"], np.array(expected["poses"], float), atol=1e-9)
        assert found["best"] == expected["best"]
        np.testing.assert_allclose(
            np.array(found["heat"], float), np.array(expected["heat"], float), atol=1e-6
        )
    shapes = page.evaluate(
        """async () => {
            const { orientation } = await import("/static/pieces.js");
            return [1, 2, 3, 4, 5, 6, 7].map((piece) => [0, 1, 2, 3].map((turn) => orientation(piece, turn)));
        }"""
    )
    for piece, turns in enumerate(shapes):
        for rotation, found in enumerate(turns):
            shape = orientation(piece, rotation)
            assert sorted(found["cells"]) == np.argwhere(shape.cells).tolist()
            assert (found["boxRow"], found["boxCol"], found["boxSize"]) == (
                shape.box_row, shape.box_col, shape.box_size,
            )  # fmt: skip


def test_figures_of_a_duel_are_those_of_both_players(page: Page) -> None:
    shown = page.evaluate(
        """async () => {
          const { Figures } = await import("/static/figures.js");
          const container = document.createElement("section");
          const boards = [{ lines: 16, pieces: 39, score: 219 }, { lines: 15, pieces: 38, score: 206 }];
          const status = { source: "demo", demo: "champion : bcts", pieces_per_second: 4 };
          new Figures(container).draw({}, boards, status);
          const texts = (name) => [...container.querySelectorAll(name)].map((each) => each.textContent);
          return [texts("dt"), texts("dd")];
        }"""
    )
    assert shown == [
        ["champion", "bcts", "Pieces", "Score", "Speed"],
        ["16", "15", "39 : 38", "219 : 206", "4/s"],
    ]


def test_font_has_the_windows_letters(page: Page) -> None:
    text = "ABCXYZabcgjxyz0123456789.,:%±×▲▼"
    drawn = page.evaluate(
        """([text, side]) => [...text].map((char) => {
            const canvas = document.createElement("canvas");
            canvas.width = canvas.height = side * 8;
            const context = canvas.getContext("2d");
            context.font = `${side * 8}px "Arcade Pixel"`;
            context.fillText(char, 0, side * 7);
            const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
            const isFilled = (row, col) =>
                data[4 * ((row * side + side / 2) * canvas.width + col * side + side / 2) + 3] > 127;
            const eight = [0, 1, 2, 3, 4, 5, 6, 7];
            return eight.map((row) => eight.map((col) => isFilled(row, col)));
        })""",
        [text, 4],
    )
    for char, found in zip(text, drawn, strict=True):
        first, cols = glyph_span(char)
        expected = [
            [col < cols and bool(bits >> (7 - first - col) & 1) for col in range(8)]
            for bits in glyph_rows(char)
        ]
        assert found == expected, char


def test_sparks_end_when_motion_is_reduced(page: Page) -> None:
    assert _celebration_drawings(page) > 5
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_timeout(100)
    assert _celebration_drawings(page, is_new=False) == 0
    assert _celebration_drawings(page) <= 1


def _celebration_drawings(page: Page, *, is_new: bool = True) -> int:
    """How often the sparks of a celebration are drawn in half a second; of a new one, or of the last one."""
    drawings = page.evaluate(
        """async (isNew) => {
          const { Stage } = await import("/static/stage.js");
          const canvas = document.querySelector("#board .celebration canvas");
          let drawings = 0;
          const context = canvas.getContext("2d");
          context.clearRect = function (...where) {
            drawings += 1;
            return CanvasRenderingContext2D.prototype.clearRect.apply(this, where);
          };
          if (isNew) new Stage(document.getElementById("board")).celebrate(12);
          await new Promise((resolve) => setTimeout(resolve, 500));
          return drawings;
        }""",
        is_new,
    )
    return int(drawings)
