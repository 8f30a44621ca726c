"""Tests of suitability, on a real PostgreSQL."""
