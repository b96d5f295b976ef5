"""Unattended for weeks: what differs when nobody looks after the window, and the parent that does."""
