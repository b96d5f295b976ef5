"""`soak`: the real window, driven through every screen for minutes or days while a training runs, and what it
costs in the long run."""
