"""The pages of terms: the list of products, a product with its versions, a version, and the form of a draft."""
