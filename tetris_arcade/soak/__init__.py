"""`soak`: drives the real window through every screen for minutes or days, and measures what grows."""
