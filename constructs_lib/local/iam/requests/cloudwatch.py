"""Amazon CloudWatch.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
"""

from constructs_lib.local.iam.requests.asked import Asked, Call, Place


def asked(call: Call, place: Place) -> list[Asked] | None:
    """What a call of CloudWatch asks for."""
    del place  # metrics have no ARNs
    if call.operation != "PutMetricData":
        return None
    namespace = str(call.parameters.get("Namespace", ""))
    return [Asked("cloudwatch:PutMetricData", context={"cloudwatch:namespace": namespace})]
