"""Games as moving pictures, drawn by the screen's own widgets and written to a file, without a window."""
