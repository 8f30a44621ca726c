"""The geometry of the charts: numbers in, coordinates out; templates draw. Pure, and free of words."""
