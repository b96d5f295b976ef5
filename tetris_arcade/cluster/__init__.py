"""Sweeps and evaluations on many cores and machines, as tasks of Ray; see the README beside this file."""
