"""Tests of papers: what they look like to a program that reads them, and what can not get into them."""
