"""Tests of what the pages of every face share."""
