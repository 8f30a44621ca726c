"""The room of statistics: registry of metrics, the nightly close of a day, and publications."""
