"""The compiled game: rules, placements, features, randomizers, linear players and networks.

Depends only on numpy and numba. Import from the submodules: `tetromino`, `rules` and `kernel_cache` do not
load numba. README.md in this folder explains the rules, the features and how the kernels work.
"""
