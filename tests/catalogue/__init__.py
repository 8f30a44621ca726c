"""Tests of catalogue, on a real PostgreSQL."""
