"""Two games side by side on the same pieces: attacks reach the other side at their exact times."""

from __future__ import annotations

from tetris_arcade.realtime.game import RealtimeGame


class PairedGames:
    """Advances two games together, however many frames are drawn. They end together: when one is over, the
    other one stops at the same time.
    """

    def __init__(self, left: RealtimeGame, right: RealtimeGame) -> None:
        self.games = (left, right)

    @property
    def is_over(self) -> bool:
        """Whether one of the games is over."""
        return any(game.is_over for game in self.games)

    def advance(self, to_us: int) -> None:
        """Let time pass up to a moment."""
        while not self.is_over and (due := min(game.next_due_us for game in self.games)) <= to_us:
            self._advance_both(due)
        if not self.is_over:
            self._advance_both(to_us)

    def _advance_both(self, to_us: int) -> None:
        for game in self.games:
            game.advance(to_us)
        self.exchange()

    def exchange(self) -> None:
        """Send what both sides have attacked with since the last call; call it after inputs."""
        left, right = self.games
        rows = left.take_attack(), right.take_attack()
        for game, incoming in ((left, rows[1]), (right, rows[0])):
            if incoming:
                game.receive_garbage(incoming)
