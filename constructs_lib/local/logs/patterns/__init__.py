"""Filter patterns of CloudWatch Logs: terms, JSON, fields between spaces, regular expressions.

Metric filters, subscription filters, FilterLogEvents and Live Tail have them in common.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from constructs_lib.local.logs.patterns.errors import PatternError
from constructs_lib.local.logs.patterns.parsing import parsed
from constructs_lib.local.logs.patterns.pattern import Found, Message, Pattern

__all__ = ["Found", "Message", "Pattern", "PatternError", "parsed"]
