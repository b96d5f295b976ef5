"""This operating system process: signals, standard streams, memory allocator, log file."""
