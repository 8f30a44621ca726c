"""The ground under the service: the launcher, the settings, the demo's runner."""
