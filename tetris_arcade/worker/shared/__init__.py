"""What both processes know: messages, telemetry, controls."""
