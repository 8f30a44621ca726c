"""Tests of smart_products.holdings."""
