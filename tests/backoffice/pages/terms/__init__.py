"""The pages of terms."""
