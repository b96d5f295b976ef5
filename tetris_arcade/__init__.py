"""Tetris Arcade: a cabinet that teaches itself placement Tetris, live."""

__version__ = "0.1.0"
