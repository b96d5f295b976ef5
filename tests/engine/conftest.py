from hypothesis import settings

# No deadline, because the first call compiles; derandomized, so that a failure is the same everywhere.
settings.register_profile("engine", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("engine")
