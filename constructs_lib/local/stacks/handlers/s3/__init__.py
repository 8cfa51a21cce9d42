"""AWS::S3: buckets and their policies."""

from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.s3 import buckets, policies

HANDLERS: dict[str, Handler] = {**buckets.HANDLERS, **policies.HANDLERS}
