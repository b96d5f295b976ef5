"""Chooses what is said now: news first, then whatever is true and was not said for the longest time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from tetris_arcade.config.settings import Wording
from tetris_arcade.languages import _
from tetris_arcade.narrator.facts import Facts
from tetris_arcade.narrator.rules import NEWS, RULES, STATES, Rule

_SECONDS, _NEWS_SECONDS = 7.0, 6.0
"""How long a sentence, and news, can be read."""


@dataclass(frozen=True)
class Sentence:
    """What is said: a rule, and the facts of that moment. is_news: whether it tells what just happened."""

    rule: Rule
    facts: Facts
    is_news: bool = False

    def text(self, wording: Wording) -> str:
        """The sentence in the language of the screen."""
        return _(getattr(self.rule, wording)).format_map(self.rule.read(self.facts) or {})


class Narrator:
    """Follows one training after another. `sentence` is what is said now, None if there is nothing to say.

    Numbers in a sentence stay as they were when it was first said, so that it can be read in peace.
    """

    def __init__(self) -> None:
        self.sentence: Sentence | None = None
        self._forget()

    def _forget(self) -> None:
        self._news: deque[str] = deque()
        self._known: set[str] | None = None
        self._moves = 0
        self._said_at: dict[str, float] = {}
        self._until = 0.0

    def update(self, facts: Facts, now: float) -> None:
        """Choose the sentence for a moment of a monotonic clock, in seconds."""
        if facts.moves < self._moves:  # another run
            self._forget()
        self._moves = facts.moves
        self._collect_news(facts)
        if (state := STATES.get(facts.state)) is not None:
            self._say(state, facts, now, 0.0)
        elif self._news:
            if self.sentence is None or not self.sentence.is_news or now >= self._until:
                self._say(NEWS[self._news.popleft()], facts, now, _NEWS_SECONDS, is_news=True)
        elif now >= self._until:
            self._say_next(facts, now)

    def _collect_news(self, facts: Facts) -> None:
        """Queue the milestones that were reached since the last update; those of before are no news."""
        reached = [milestone.key for milestone in facts.milestones]
        if self._known is not None:
            self._news.extend(key for key in reached if key not in self._known and key in NEWS)
        self._known = set(reached)

    def _say_next(self, facts: Facts, now: float) -> None:
        """Of what is true, say what was not said for the longest time, in the order of the rules."""
        true = [rule for rule in RULES if rule.read(facts) is not None]
        if not true:
            self.sentence = None
            return
        rule = min(true, key=lambda rule: self._said_at.get(rule.key, -1.0))
        self._said_at[rule.key] = now
        self._say(rule, facts, now, _SECONDS)

    def _say(self, rule: Rule, facts: Facts, now: float, seconds: float, is_news: bool = False) -> None:
        self._until = now + seconds
        self.sentence = Sentence(rule, facts, is_news)
