"""Measuring the matching: golden sets, metrics, intervals, and the fit of the weights."""
