"""The viewer's side of a worker: starts it, talks to it, restarts it."""
