"""Figures as plain objects: the JSON that commands print and the API answers, each key said once with its meaning.

Keys are the names of docs/metrics.md in snake case. Money is text with two decimals, rates and points are fractions,
days are ISO dates; what can not be observed is null. Takes answers of the domain; computes nothing and asks nothing.
"""
