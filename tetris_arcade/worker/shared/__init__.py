"""What both processes use: messages, telemetry, controls, pipes."""
