"""Says what a training does, one plain sentence at a time, from its telemetry. It draws and sends nothing."""
