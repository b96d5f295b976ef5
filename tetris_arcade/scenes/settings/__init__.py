"""Settings: all of them, keys, kiosk."""
