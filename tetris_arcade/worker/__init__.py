"""The worker process and the viewer's connection to it.

`shared` is imported by both processes, `viewer` only by the viewer, and `child` only by the worker, which the
viewer starts by name (`shared.launch`).
"""
