"""Tests of the strict reading of a delivery folder."""
