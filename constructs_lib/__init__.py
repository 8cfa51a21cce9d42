"""AWS Batch pipelines as CDK constructs: right by default, proven before they are deployed."""

from constructs_lib.errors import ConfigurationError

__all__ = ["ConfigurationError"]
