"""An independent judge of the statistics: it knows metrics.md and feed.md, and no code of the service."""
