"""The browser's server: a process of its own beside a host, which starts it by name (`remote.sidecar`)."""
