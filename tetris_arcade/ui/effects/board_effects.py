"""What is happening on one board for delight, from what it is told and the time that has passed."""

from __future__ import annotations

import math

import numpy as np

from tetris_arcade.engine.tetromino import NUM_COLS, NUM_PIECES
from tetris_arcade.ui.effects.landing import Landing
from tetris_arcade.ui.effects.level import Level
from tetris_arcade.ui.effects.particles import Floats, Particles
from tetris_arcade.ui.widgets.pixel_face import Mood

MIN_INTERVAL, _FULL_INTERVAL = 1 / 16, 1 / 2
"""Seconds between landings: with less there are no effects, with more all of them, between them fewer."""
BUMP_SECONDS = 0.14
FLASH_SECONDS = {False: 0.12, True: 0.28}
"""Of a landing whose board shows no animation of its own, by whether rows were completed."""
FLIGHT_SECONDS, ARRIVAL_SECONDS = 0.6, 0.3
RECORD_LINE_SECONDS, RECORD_SECONDS = 0.8, 2.2
CONFETTI_SECONDS = 2.6
_HEAT_SECONDS, _DANGER_SECONDS = 0.35, 0.5
_HOTTEST_COMBO = 6
_DANGER_SHARE, _RELIEF_ROWS = 0.2, 3
"""Of the board's height: with fewer free rows there is danger, until there are some rows more."""
_MAX_DUST, _MAX_CELLS, _MAX_CONFETTI = 64, 4 * NUM_COLS, 48
_DUST_PER_COLUMN = 3
_GLAD_SECONDS, _GREAT_SECONDS, _SAD_SECONDS = 0.8, 1.6, 1.8


class BoardEffects:
    """Tell it what happens in `land`, `end`, `celebrate` and `cross_record`, and the time in `advance`.

    now: its clock in seconds. dust, cells, confetti: the particles; `look` of dust and cells is a
    cell value, that of confetti a piece 0..6.
    """

    def __init__(self, seed: int = 0) -> None:
        self.now = 0.0
        self.dust = Particles(_MAX_DUST)
        self.cells = Particles(_MAX_CELLS)
        self.confetti = Particles(_MAX_CONFETTI)
        self._random = np.random.default_rng(seed)
        self._landed_at = self._bumped_at = self._record_at = self._end = -math.inf
        self._bump_strength = 0.0
        self._flashes: list[tuple[Landing, float]] = []
        self._heat, self._danger = Level(_HEAT_SECONDS), Level(_DANGER_SECONDS)
        self.is_in_danger = False
        self._mood: Mood | None = None
        self._mood_until = -math.inf

    # --- What happens ---

    def advance(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        self.now += dt
        self._flashes = [(landing, at) for landing, at in self._flashes if self._flash_left(landing, at) > 0]

    def land(self, landing: Landing) -> None:
        """A piece has landed."""
        share = self._share_of_interval()
        self._landed_at = self.now
        if share <= 0.0:
            self.calm_down()
            return
        self._note_pile(landing)
        is_clear = bool(landing.rows)
        self._bump(share * (1.25 if landing.is_great else 1.0 if is_clear or landing.is_hard_drop else 0.5))
        self._raise_dust(landing, share)
        if is_clear:
            self._release_cells(landing, share)
            self._feel("glad", _GREAT_SECONDS if landing.is_great else _GLAD_SECONDS)
        if landing.sweep_seconds is None:
            self._flashes.append((landing, self.now))
            self._note_end(FLASH_SECONDS[is_clear])
        self._heat.aim(self.now, min(landing.combo, _HOTTEST_COMBO) / _HOTTEST_COMBO if is_clear else 0.0)

    def end(self) -> None:
        """The game is over."""
        self.calm_down()
        self._feel("puzzled", _SAD_SECONDS)

    def lose(self) -> None:
        """The other side has won."""
        self.confetti.clear()
        self.end()

    def celebrate(self) -> None:
        """Something great was achieved: a match, or a new best."""
        self._throw_confetti(_MAX_CONFETTI)
        self._feel("glad", CONFETTI_SECONDS)

    def cross_record(self) -> None:
        """The game is better than all before it from now on."""
        self._record_at = self.now
        self._throw_confetti(_MAX_CONFETTI // 3)
        self._feel("glad", RECORD_SECONDS)
        self._note_end(RECORD_SECONDS)

    def calm_down(self) -> None:
        """Neither heat nor danger any more: another game, or too fast to be seen."""
        self.is_in_danger = False
        self._heat.aim(self.now, 0.0)
        self._danger.aim(self.now, 0.0)

    def move_pile(self) -> None:
        """The pile has moved as a whole: the cells that landed are elsewhere now."""
        self._flashes.clear()

    # --- What it looks like ---

    @property
    def is_moving(self) -> bool:
        """Whether something changes from frame to frame, but for the slow pulse of danger."""
        particles = (self.dust, self.cells, self.confetti)
        return self.now < self._end or any(each.waits(self.now) for each in particles)

    @property
    def bump(self) -> float:
        """How far the board is below its place, 0..1.25."""
        left = 1.0 - (self.now - self._bumped_at) / BUMP_SECONDS
        return self._bump_strength * left * left if left > 0.0 else 0.0

    @property
    def heat(self) -> float:
        """Of the combo, 0..1."""
        return self._heat.at(self.now)

    @property
    def danger(self) -> float:
        """How close the pile is to the top, 0..1."""
        return self._danger.at(self.now)

    @property
    def record_age(self) -> float:
        """Seconds since a record was crossed."""
        return self.now - self._record_at

    @property
    def flashes(self) -> list[tuple[Landing, float]]:
        """(landing, share of its time that is left) of those that the board does not animate."""
        return [(landing, self._flash_left(landing, at)) for landing, at in self._flashes]

    def _flash_left(self, landing: Landing, at: float) -> float:
        return 1.0 - (self.now - at) / FLASH_SECONDS[bool(landing.rows)]

    @property
    def reaction(self) -> Mood | None:
        """The mood that something has caused a moment ago."""
        return self._mood if self.now < self._mood_until else None

    @property
    def mood(self) -> Mood:
        """The player's mood: it follows what has happened."""
        return self.reaction or ("worried" if self.is_in_danger else "calm")

    # --- How it begins ---

    def _share_of_interval(self) -> float:
        """How many of the effects there is time for, 0..1, by the time since the last landing."""
        interval = self.now - self._landed_at
        return min(1.0, max(0.0, (interval - MIN_INTERVAL) / (_FULL_INTERVAL - MIN_INTERVAL)))

    def _feel(self, mood: Mood, seconds: float) -> None:
        self._mood, self._mood_until = mood, self.now + seconds

    def _note_end(self, seconds: float) -> None:
        self._end = max(self._end, self.now + seconds)

    def _bump(self, strength: float) -> None:
        self._bumped_at, self._bump_strength = self.now, strength
        self._note_end(BUMP_SECONDS)

    def _note_pile(self, landing: Landing) -> None:
        least = max(2, round(landing.height * _DANGER_SHARE))
        self.is_in_danger = landing.free_rows < least + (_RELIEF_ROWS if self.is_in_danger else 0)
        self._danger.aim(self.now, 1.0 if self.is_in_danger else 0.0)

    def _raise_dust(self, landing: Landing, share: float) -> None:
        """Raise dust where the piece touches what is below it, away from its middle."""
        below = [(row + 1, col) for row, col in landing.cells if (row + 1, col) not in landing.cells]
        count = round(_DUST_PER_COLUMN * share * len(below))
        if not count:
            return
        at = np.resize(np.array(below, np.float64), (count, 2))
        x = at[:, 1] + self._uniform(0.0, 1.0, count)
        away = x - float(np.mean([col for _row, col in landing.cells])) - 0.5
        self.dust.emit(
            self.now,
            np.zeros(count),
            self._uniform(0.24, 0.42, count),
            x=x,
            y=at[:, 0],
            right=np.sign(away) * self._uniform(1.0, 3.5, count),
            down=-self._uniform(1.0, 3.0, count),
            look=float(landing.value),
        )

    def _release_cells(self, landing: Landing, share: float) -> None:
        """Let the cells of completed rows go, those in the middle first, as the board shows it."""
        rows = np.repeat(np.array(landing.rows, np.float64), NUM_COLS)
        cols = np.tile(np.arange(NUM_COLS, dtype=np.float64), len(landing.rows))
        going = self._uniform(0.0, 1.0, len(rows)) < 2.0 * share
        from_middle = np.abs(cols + 0.5 - NUM_COLS / 2) / (NUM_COLS / 2)
        delay = (landing.sweep_seconds or 0.0) * (0.15 + 0.6 * from_middle) + 0.12 * from_middle
        self.cells.emit(
            self.now,
            delay[going],
            np.full(int(going.sum()), FLIGHT_SECONDS),
            x=cols[going],
            y=rows[going],
            look=landing.row_values.ravel()[going].astype(np.float64),
        )
        self._note_end(float(delay.max()) + FLIGHT_SECONDS + ARRIVAL_SECONDS)

    def _throw_confetti(self, count: int) -> None:
        pieces = np.arange(count) % NUM_PIECES
        self.confetti.emit(
            self.now,
            self._uniform(0.0, 0.5, count),
            self._uniform(1.6, CONFETTI_SECONDS - 0.5, count),
            x=self._uniform(0.0, NUM_COLS - 0.5, count),
            y=-self._uniform(0.5, 3.0, count),
            right=self._uniform(-0.7, 0.7, count),
            down=self._uniform(7.0, 12.0, count),
            look=pieces.astype(np.float64),
        )

    def _uniform(self, low: float, high: float, count: int) -> Floats:
        return self._random.uniform(low, high, count)
