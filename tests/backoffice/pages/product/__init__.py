"""The pages of a product, from values made by hand."""
