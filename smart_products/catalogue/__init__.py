"""The catalogue: families, products and the published versions of their terms."""
