"""The pages of audit: what was done and read, in words, and how long it is stored."""
