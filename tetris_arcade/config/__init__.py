"""Plain data that every layer may import: paths, settings, and what is played, learned and drawn. Imports nothing heavy."""
