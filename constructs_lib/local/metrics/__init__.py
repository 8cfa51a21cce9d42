"""CloudWatch: metrics by minutes with their statistics, metric math, and alarms that change state by the clock.

moto keeps a list of numbers, and alarms that never change. What is measured here, and what programs put, is kept by
minutes; alarms are evaluated as the clock of the embedded AWS goes on.
"""
