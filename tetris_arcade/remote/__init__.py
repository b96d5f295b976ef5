"""Links between a program that owns workers, its host, and others that watch and steer it.

Nothing here knows HTTP: the browser's server is the package `web`, a process of its own (`sidecar`).
"""
