"""Figures that others made from data that others published. The data stays where it is: nothing of it is here."""
