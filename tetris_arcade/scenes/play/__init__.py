"""Screens on which a model plays: demo, duel, replays."""
