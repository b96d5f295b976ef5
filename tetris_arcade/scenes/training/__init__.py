"""Training on screen: set-up, the live view, its statistics."""
