from hypothesis import settings

# Compiling takes its time once, and a red build must be the same for everybody.
settings.register_profile("engine", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("engine")
