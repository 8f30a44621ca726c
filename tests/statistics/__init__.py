"""Cases of the statistics small enough to be worked out by hand."""
