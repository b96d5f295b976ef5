"""Plain data that every package may import: paths, settings and configurations; imports nothing heavy."""
