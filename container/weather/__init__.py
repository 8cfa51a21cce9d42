"""The demo pipeline: daily weather, split by month, one job per month, aggregated per year.

Each step is a handler: :mod:`weather.split`, then :mod:`weather.month` for every month, then :mod:`weather.year`.
Measurements have one decimal and travel as whole tenths, so sums are exact and do not depend on their order.
"""
