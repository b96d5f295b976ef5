"""The worker process: runs one task and reports."""
