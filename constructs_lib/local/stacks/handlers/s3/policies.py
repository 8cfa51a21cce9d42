"""AWS::S3::BucketPolicy.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html
"""

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.s3.backend import backend_of


class _BucketPolicy(ResourceHandler):
    def make(self, desired: Desired) -> Made:
        bucket = desired.properties["Bucket"]
        if backend_of(desired).get_bucket(bucket).policy is not None:
            raise HandlerError(f"The bucket policy already exists on bucket {bucket}.", "AlreadyExists")
        return Made(bucket)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        document = text(change.after["PolicyDocument"]).encode()
        backend_of(desired).put_bucket_policy(made.physical_id, document)

    def remove(self, made: Made, desired: Desired) -> None:
        backend_of(desired).delete_bucket_policy(made.physical_id)


HANDLERS: dict[str, Handler] = {"AWS::S3::BucketPolicy": _BucketPolicy()}
