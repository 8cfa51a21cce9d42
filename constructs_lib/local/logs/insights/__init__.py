"""CloudWatch Logs Insights: its query language, over events that are read one after another.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from constructs_lib.local.logs.insights.errors import QueryError
from constructs_lib.local.logs.insights.pipeline import Query, parsed
from constructs_lib.local.logs.insights.rows import Row

__all__ = ["Query", "QueryError", "Row", "parsed"]
