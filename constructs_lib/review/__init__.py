"""What a change of templates will do, in words for a reviewer: to resources, running jobs, data, rights and money.

Templates are read as CloudFormation reads them, whoever made them; nothing is deployed and nobody is asked.
"""

from constructs_lib.review.errors import ReviewError
from constructs_lib.review.findings import Finding, Kind, Section
from constructs_lib.review.report import Review, review

__all__ = ["Finding", "Kind", "Review", "ReviewError", "Section", "review"]
