"""The viewer's side: starts, controls, supervises and restarts a worker."""
