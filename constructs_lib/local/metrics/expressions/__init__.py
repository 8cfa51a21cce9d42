"""Metric math: expressions of time series.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from constructs_lib.local.metrics.expressions.evaluation import Surroundings, evaluate
from constructs_lib.local.metrics.expressions.values import ExpressionError, TimeSeries

__all__ = ["ExpressionError", "Surroundings", "TimeSeries", "evaluate"]
