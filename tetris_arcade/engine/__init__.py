"""The game: compiled rules, placements, features, randomizers and game records. numpy and numba only.

Import from the submodules: `tetromino` is plain data that a viewer may import without loading numba.
"""
