"""Tetris Arcade: a cabinet that teaches itself placement Tetris, live."""

import os

__version__ = "0.1.0"

# pygame greets on standard output, where `--json` promises one object and nothing else.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
