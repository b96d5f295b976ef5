"""Kiosk mode: a window that runs unattended for weeks, and the parent process that supervises it."""
