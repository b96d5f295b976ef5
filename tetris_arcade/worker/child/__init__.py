"""The worker process: runs one task and reports to the viewer."""
