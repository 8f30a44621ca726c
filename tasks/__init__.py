"""The tasks face: scheduled work and management commands; thin, without models."""
