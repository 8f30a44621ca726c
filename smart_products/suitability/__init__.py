"""Suitability: what a client can bear, what a product asks for, and whether the two match."""
