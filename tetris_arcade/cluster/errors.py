"""The errors of work on a cluster; each message is a sentence for the user."""

from __future__ import annotations


class ClusterError(Exception):
    """The cluster cannot be used, or the work on it had to end; what was done until then is kept."""
