"""The pages of one product, family or the whole matrix: who stays, how long, where they go, which units differ."""
