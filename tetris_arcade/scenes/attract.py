"""The attract mode: a game by the best player, the leaderboard, and how it all works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from pygame import Rect

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.languages import N_, _
from tetris_arcade.realtime.modes import MODES, VERSUS_MODES
from tetris_arcade.scenes.base import Pop, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.how_it_works import HowItWorks, Student
from tetris_arcade.scenes.leaderboard import draw_leaderboard, rank_models
from tetris_arcade.scenes.learning_now import LearningNow
from tetris_arcade.scenes.local_game import StoredGame
from tetris_arcade.scenes.model_info import learning_curve
from tetris_arcade.scenes.narration import Narration
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.scenes.play.model_ages import CURRENT_RUN, ModelAge, ModelAges, read_model_ages
from tetris_arcade.scenes.play.tables import draw_tables
from tetris_arcade.scenes.play.then_and_now_layout import ages_layout, draw_age_head, draw_common
from tetris_arcade.scenes.training.stats import graph_page
from tetris_arcade.services.default_player import CHAMPION, default_player
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.high_scores import HighScores
from tetris_arcade.storage.slots import resolve_slot
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import InputEvent
from tetris_arcade.ui.layout import centered, cols, cut_bottom, cut_right, cut_top, inset, is_portrait
from tetris_arcade.ui.text_fitting import growing_lines
from tetris_arcade.ui.theme import blend
from tetris_arcade.ui.widgets.board import board_size
from tetris_arcade.ui.widgets.graph import Graph
from tetris_arcade.ui.widgets.logo import draw_logo
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.qr_code import draw_qr_panel, qr_panel_height, qr_panel_width
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat, number
from tetris_arcade.worker.shared.messages import DuelEnded, NewGame, PlayTask, Report, SetPlayers, WorkerState

_PAGE_SECONDS = {
    "title": 7.0,
    "game": 24.0,
    "leaders": 10.0,
    "scores": 10.0,
    "learning": 24.0,
    "ages": 24.0,
    "lesson": 26.0,
}
_PULSE_SECONDS = 1.6
_QUEUE_UNITS = 36
_MOTTO = N_("an arcade that teaches itself")
_HEAT_TEXTS = (N_("Bright column = the best place for this piece"), N_("Bright = best place"))
_EXPLANATIONS = {
    "title": N_("The arcade waits for you and shows itself meanwhile"),
    "game": N_("The best player at play: bright columns are good places for the piece"),
    "scores": N_("The best games that people played here"),
    "leaders": N_("The best players, by lines per game in the same test"),
    "learning": N_("The model that learns now"),
    "ages": N_("The same model earlier in its training, and now: both get the same pieces"),
    "lesson": N_("How a model learns: it guesses, sees what comes of it, and corrects the guess"),
}
_SPEED, _MOVES_BEFORE = 3.0, 40
_ENV = EnvConfig(max_pieces=2_500)
_AGES_VERDICT_SECONDS = 3.0


class AttractScene(Scene):
    """Shows one page after the other until there is any input.

    playlist: the players, one after the other; unknown names are left out, and the best player plays if
    none is left. game_seconds: how long each of them is shown.
    """

    title = "Attract"
    has_music = True
    has_footer = False

    def __init__(
        self,
        context: Context,
        playlist: Sequence[str] = (),
        game_seconds: float = _PAGE_SECONDS["game"],
    ) -> None:
        super().__init__(context)
        models = context.models.read_all()
        known = {model.name for model in models if model.error is None}
        self._playlist = [name for name in playlist if name in known] or [default_player(context.paths)]
        self._seconds = {**_PAGE_SECONDS, "game": game_seconds}
        self._models = rank_models(models)
        self._scores = HighScores(context.paths)
        self._player = BoardPlayer()
        self._lesson, self._learning = HowItWorks(), LearningNow()
        self._student: Student | None = None
        self._series: Any = None
        self._graph: Graph | None = None
        self._narration = Narration()
        self._stored = StoredGame(self._playlist[0], 1 / _SPEED, _MOVES_BEFORE)
        """Shown until the player has started."""
        self._name = self._shown_name = ""
        self._then_and_now = (BoardPlayer(), BoardPlayer())
        self._ages: ModelAges | None = None
        self._num_ages_shown = 0
        self._next_game_at: float | None = None
        self._since: float | None = None
        self._now = 0.0
        self._page_number = 0
        self._page = "title"
        self.captures_all_keys = context.is_kiosk  # any key starts the visitor's turn
        # A training needs the processor more than the attract mode does; a kiosk shows both.
        self._plays = context.is_kiosk or not context.trainer.is_busy

    def close(self) -> None:
        self.context.player.rest()

    def handle(self, event: InputEvent) -> Transition | None:
        return Pop() if starts_turn(event) else None

    def update(self, now: float, dt: float) -> Transition | None:
        self._now = now
        self._turn_pages(now)
        if self.context.trainer.is_busy:
            self._narration.update(self.context.trainer, now)
        if self._page == "ages":
            self._update_ages(now, dt)
            return None
        source = self.context.trainer if self._page == "learning" else self.context.player
        self._stored.advance(dt)
        if self._page == "lesson" and self.context.trainer.is_busy:
            source = self.context.trainer
        if source.is_busy and source.frame["num_boards"]:
            self._player.show(source.frame["boards"][0], dt, is_paused=source.is_paused)
            self._shown_name = self._name
        elif self._page != "learning":
            self._player.show_moment(self._stored.view, self._stored.progress, dt)
            self._shown_name = self._stored.name
        if self._page == "lesson":
            self._lesson.update(self._player.view, self._player.progress, dt)
        elif self._page == "learning":
            self._learning.update(self._player, dt)
        return None

    def _turn_pages(self, now: float) -> None:
        if self._since is None:
            self._since = now
            self._start_game(now)
        if now - self._since < self._seconds[self._page]:
            return
        if self._page == "ages":
            self._num_ages_shown += 1
        pages = self._pages()
        self._page_number += 1
        self._page, self._since = pages[self._page_number % len(pages)], now
        self._player = BoardPlayer()  # The game of another player is no record for this one.
        if self._page == "title":
            self._start_game(now)
        elif self._page == "ages":
            self._start_ages()
        elif self._page == "learning":
            self._learning = LearningNow()
        elif self._page == "lesson":
            self._start_lesson()

    def _pages(self) -> list[str]:
        """The pages in their order; the game follows the title, so that it has started when it is shown."""
        learning = ["learning"] if self.context.trainer.is_busy else []
        scores = ["scores"] if self._scores.modes() else []
        if self._plays and self._page != "ages":
            self._ages = self._find_ages()
        ages = [] if self._ages is None else ["ages"]
        game = ["game"] if self._plays else []
        return ["title", *game, "leaders", *scores, *learning, *ages, "lesson"]

    def _start_game(self, now: float) -> None:
        """Start a game of the next player on the playlist."""
        if not self._plays:
            return
        index = self._playlist.index(self._name) + 1 if self._name in self._playlist else 0
        self._name = self._playlist[index % len(self._playlist)]
        self._play_task(PlayTask((self._name,), _ENV, seed=int(now) % 100_000, speed=_SPEED))

    def _play_task(self, task: PlayTask) -> None:
        """Have the player play something else; start it if it does not listen."""
        player = self.context.player
        if player.state is WorkerState.RUNNING and player.send(SetPlayers(task.players)):
            player.send(NewGame(task.env, task.seed))
        else:
            player.start(task)

    # --- How it works ---

    def _start_lesson(self) -> None:
        """Tell moves of the training; without one those of an early age of a model, whose corrections are
        large, or of the champion."""
        self._lesson, self._student = HowItWorks(), None
        if self.context.trainer.is_busy or not self._plays:
            return
        if self._ages is None:
            self._student = self._describe(CHAMPION)
            self._play_task(PlayTask((CHAMPION,), _ENV, speed=_SPEED))
        else:
            self._student = self._describe(self._ages.newest.player, self._then.timesteps)
            self._play_task(PlayTask((self._then.player,), self._ages.env, speed=_SPEED))

    def _describe(self, name: str, timesteps: int | None = None) -> Student | None:
        """How a model has learned, None if that is not known. timesteps: of the age that is shown."""
        try:
            checkpoint = resolve_slot(self.context.paths, name).checkpoint
        except StorageError:
            return None
        if checkpoint is None:
            return None
        metadata = checkpoint.metadata
        moves = metadata.timesteps if timesteps is None else timesteps
        return Student(moves, learning_curve(metadata))

    @property
    def _shown_student(self) -> Student | None:
        trainer = self.context.trainer
        if not trainer.is_busy:
            return self._student
        return Student(int(trainer.frame["counters"]["timesteps"]), self._training_graph())

    def _training_graph(self) -> Graph:
        """Lines per game of the training; the same object until it has new points."""
        series = self.context.trainer.series
        if self._graph is None or series is not self._series:
            self._series, self._graph = series, graph_page(series, 0)[0]
        return self._graph

    # --- Then and now ---

    def _find_ages(self) -> ModelAges | None:
        """The ages of the current run, or of the first player on the playlist that carries some."""
        found = (read_model_ages(self.context.paths, name) for name in (CURRENT_RUN, *self._playlist))
        return next((ages for ages in found if ages is not None), None)

    @property
    def _then(self) -> ModelAge:
        """Another age each time, from the untrained network on."""
        assert self._ages is not None
        return self._ages.ages[self._num_ages_shown % (len(self._ages.ages) - 1)]

    def _start_ages(self) -> None:
        if self._ages is None:
            return
        self._next_game_at = None
        self._then_and_now = (BoardPlayer(), BoardPlayer())
        players = self._then.player, self._ages.newest.player
        self._play_task(PlayTask(players, self._ages.env, speed=_SPEED))

    def _update_ages(self, now: float, dt: float) -> None:
        player = self.context.player
        if self._next_game_at is not None and now >= self._next_game_at:
            self._next_game_at = None
            player.send(NewGame())
        if player.is_busy and player.frame["num_boards"] == len(self._then_and_now):
            for board, record in zip(self._then_and_now, player.frame["boards"], strict=False):
                board.show(record, dt, is_paused=False)

    def on_report(self, source: str, report: Report) -> None:
        if source == "player" and self._page == "ages" and isinstance(report, DuelEnded):
            self._next_game_at = self._now + _AGES_VERDICT_SECONDS

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        footer_height = canvas.text_height(2.0) + canvas.units(20)
        line, area = cut_bottom(inset(canvas.rect, canvas.units(8)), footer_height)
        area = self._draw_qr_code(canvas, area)
        pages: dict[str, Callable[[Canvas, Rect], None]] = {
            "title": self._draw_title,
            "game": self._draw_game,
            "leaders": self._draw_leaders,
            "scores": self._draw_scores,
            "learning": self._draw_learning,
            "ages": self._draw_ages,
            "lesson": self._draw_lesson,
        }
        pages[self._page](canvas, area)
        canvas.explain(area, _(_EXPLANATIONS[self._page]))
        canvas.explain(line, _("Any key or button starts your turn"))
        pulse = 0.0 if canvas.reduced_motion else abs(self._now % _PULSE_SECONDS / _PULSE_SECONDS * 2 - 1)
        color = blend(canvas.theme.accent, canvas.theme.accent_dim, pulse)
        canvas.text_in(_("PRESS ANY KEY"), line, color, 2.0)

    def _draw_qr_code(self, canvas: Canvas, area: Rect) -> Rect:
        """Draw the address for browsers, if the kiosk shows one; returns the area that is left."""
        context = self.context
        url = context.watcher_url if context.is_kiosk and context.settings.kiosk.qr_code else None
        if url is None:
            return area
        side, gap = qr_panel_width(canvas), canvas.units(8)
        height = qr_panel_height(canvas, url, side)
        if is_portrait(area):
            strip, rest = cut_bottom(area, height, gap)
        else:
            strip, rest = cut_right(area, side, gap)
        panel = centered(strip, min(side, strip.width), min(height, strip.height))
        draw_qr_panel(canvas, panel, url)
        canvas.explain(panel, _("Scan it to watch on a phone"))
        return rest

    def _draw_title(self, canvas: Canvas, area: Rect) -> None:
        inside = inset(area, canvas.units(16))
        # In portrait the motto would be far below a logo in the middle of the screen.
        inside = centered(inside, inside.width, min(inside.height, inside.width * 4 // 5))
        motto, logo = cut_bottom(inside, canvas.line_height(1.5), canvas.units(16))
        draw_logo(canvas, logo, self.context.settings.display.title)
        text = _(_MOTTO)
        size = 1.5 if canvas.text_width(text, 1.5) <= motto.width else 1.0
        canvas.text_in(text, motto, canvas.theme.text_dim, size)

    def _draw_game(self, canvas: Canvas, area: Rect) -> None:
        units, view = canvas.units, self._player.view
        if is_portrait(area):
            side, board = cut_top(area, area.height * 34 // 100, units(6))
            stats, logo = cut_bottom(side, min(_stats_height(canvas), side.height * 6 // 10), units(6))
        else:
            width = board_size(canvas, area, view.height)[0]
            board = Rect(area.right - width - area.width // 16, area.y, width, area.height)
            side = Rect(area.x, area.y, board.x - area.x - units(12), area.height)
            logo, stats = cut_top(inset(side, units(8)), side.height * 46 // 100, units(16))
        draw_logo(canvas, logo, self.context.settings.display.title)
        self._player.draw(canvas, board, show_values=True)
        shown = self.context.models.display_name(self._shown_name)
        inside = canvas.panel(stats, shown)
        self._draw_stats(canvas, inset(inside, units(2)))

    def _draw_learning(self, canvas: Canvas, area: Rect) -> None:
        wording = self.context.settings.display.wording
        height = self._narration.height(canvas, area.width, wording)
        strip, rest = cut_top(area, height, canvas.units(6))
        self._narration.draw(canvas, strip, wording, self._player.effects)
        counters = self.context.trainer.frame["counters"]
        self._learning.draw(canvas, rest, self._player, counters, self._training_graph())

    def _draw_stats(self, canvas: Canvas, inside: Rect) -> None:
        """Draw three statistics of the game, the next pieces, and what the strip above the board means."""
        view = self._player.view
        top, rest = cut_top(inside, canvas.line_height() + canvas.line_height(2.0), canvas.units(2))
        stats = (
            Stat(_("lines"), number(view.lines), canvas.theme.accent, counts_lines=True),
            Stat(_("pieces"), number(view.pieces)),
            Stat(_("score"), number(view.score)),
        )
        for rect, stat in zip(cols(top, [1.0, 1.0, 1.2], canvas.units(4)), stats, strict=True):
            draw_big_stat(canvas, rect, stat)
        if view.is_empty:
            return
        caption, queue = cut_bottom(rest, canvas.line_height())
        if queue.height < canvas.units(_QUEUE_UNITS) // 2:
            draw_next_queue(canvas, rest, view.next_pieces)
            return
        draw_next_queue(canvas, queue, view.next_pieces)
        text = next((text for text in map(_, _HEAT_TEXTS) if canvas.text_width(text) <= caption.width), "")
        canvas.text_in(text, caption, canvas.theme.text_dim, align="left")

    def _draw_leaders(self, canvas: Canvas, area: Rect) -> None:
        share = (self._now - (self._since or 0.0)) / self._seconds["leaders"]
        draw_leaderboard(canvas, _draw_heading(canvas, area, _("TOP PLAYERS")), self._models, share)

    def _draw_scores(self, canvas: Canvas, area: Rect) -> None:
        """Draw the tables of one form after the other, all of them in the page's time."""
        forms, played = (*MODES.values(), *VERSUS_MODES.values()), self._scores.modes()
        modes = [mode for mode in forms if mode.key in played]
        share = (self._now - (self._since or 0.0)) / self._seconds["scores"]
        mode = modes[min(int(share * len(modes)), len(modes) - 1)]
        area = _draw_heading(canvas, area, _("BEST GAMES: {name}").format(name=_(mode.name).upper()))
        draw_tables(canvas, area, mode, self._scores, datetime.now())

    def _draw_ages(self, canvas: Canvas, area: Rect) -> None:
        if self._ages is None:
            return
        then, newest = self._then, self._ages.newest
        views = (self._then_and_now[0].view, self._then_and_now[1].view)
        layout = ages_layout(canvas, area, self._ages.env.height)
        earlier = (newest.seconds - then.seconds, 0.0)
        for side, age in enumerate((then, newest)):
            board = self._then_and_now[side]
            draw_age_head(canvas, layout.heads[side], age, views[side], side, earlier[side], board.effects)
            board.draw(canvas, layout.boards[side], show_game_over=False)
        draw_common(canvas, layout.center, views)

    def _draw_lesson(self, canvas: Canvas, area: Rect) -> None:
        self._lesson.draw(canvas, _draw_heading(canvas, area, _("HOW IT WORKS")), self._shown_student)


def starts_turn(event: InputEvent) -> bool:
    """Whether an input says that somebody has come: not a mouse that only moves, or a key that is held."""
    is_mouse_motion = event.action is None and event.position is not None and not event.clicked
    return not is_mouse_motion and not event.repeated


def _stats_height(canvas: Canvas) -> int:
    """The height in pixels of the panel beside a game: name, statistics, queue and caption."""
    return 3 * canvas.line_height() + canvas.line_height(2.0) + canvas.units(_QUEUE_UNITS + 18)


def _draw_heading(canvas: Canvas, area: Rect, text: str) -> Rect:
    """Draw a page's heading; returns the area below it."""
    size, (lines,) = growing_lines(canvas, [text], lambda _: area.width, ((3.0, 1), (2.0, 1), (1.5, 1)))
    height = max(canvas.text_height(3.0 / canvas.text_scale), canvas.lines_height(len(lines), size))
    heading, rest = cut_top(area, height + canvas.units(18))
    canvas.lines_in(lines, heading, canvas.theme.accent, size)
    return rest
