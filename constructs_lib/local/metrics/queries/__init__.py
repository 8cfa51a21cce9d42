"""Answers to queries of metrics: statistics, expressions, searches."""
