"""Executions for those who look back: what became of each item, a timeline, a page."""
