"""From an API call to what IAM asks about it: actions, ARNs of resources, condition keys.

Exact for the services that Batch pipelines use. For all others the action has the name of the operation, and its
resource is the first ARN in the request, or unknown.
Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from constructs_lib.local.iam.requests.asked import Asked, Call, Place
from constructs_lib.local.iam.requests.mapping import asked_by

__all__ = ["Asked", "Call", "Place", "asked_by"]
