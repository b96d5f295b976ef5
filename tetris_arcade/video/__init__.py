"""Renders games with the widgets of the screen, without a window, and writes them to video files."""
