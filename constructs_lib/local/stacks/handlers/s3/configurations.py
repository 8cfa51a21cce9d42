"""Properties of AWS::S3::Bucket as the API of S3 has them: each is another operation, with other names in it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import boolean
from constructs_lib.local.stacks.handlers.contract.handler import Properties
from constructs_lib.local.stacks.handlers.contract.requests import input_of

Translation = Callable[[Any], Any]


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A value with other names of its members, at every depth."""
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if isinstance(value, Mapping):
        return {names.get(name, name): _renamed(item, names) for name, item in value.items()}
    return value


def _accelerate(wanted: Properties) -> Properties:
    return {"Status": wanted["AccelerationStatus"]}


def _acl(wanted: str) -> str:
    return re.sub(r"(?<=.)(?=[A-Z])", "-", wanted).lower()


def _cors(wanted: Properties) -> Properties:
    names = {"CorsRules": "CORSRules", "Id": "ID", "ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    return dict(_renamed(wanted, names))


def encryption(wanted: Properties) -> Properties:
    """How objects are encrypted, as moto keeps it."""
    [rule] = wanted["ServerSideEncryptionConfiguration"]
    told = {"ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault", {"SSEAlgorithm": "AES256"})}
    if "BucketKeyEnabled" in rule:
        told["BucketKeyEnabled"] = str(boolean(rule["BucketKeyEnabled"])).lower()
    return {"Rule": told}


def _website(wanted: Properties) -> Properties:
    website: Properties = {}
    if "IndexDocument" in wanted:
        website["IndexDocument"] = {"Suffix": wanted["IndexDocument"]}
    if "ErrorDocument" in wanted:
        website["ErrorDocument"] = {"Key": wanted["ErrorDocument"]}
    if "RedirectAllRequestsTo" in wanted:
        website["RedirectAllRequestsTo"] = wanted["RedirectAllRequestsTo"]
    if "RoutingRules" in wanted:
        names = {"RoutingRuleCondition": "Condition", "RedirectRule": "Redirect"}
        website["RoutingRules"] = _renamed(wanted["RoutingRules"], names)
    return website


def _notifications(wanted: Properties) -> Properties:
    told: Properties = {
        f"{kind}Configurations": [{f"{kind}Arn": item[given], **_when(item)} for item in wanted.get(items, [])]
        for kind, given, items in (
            ("LambdaFunction", "Function", "LambdaConfigurations"),
            ("Queue", "Queue", "QueueConfigurations"),
            ("Topic", "Topic", "TopicConfigurations"),
        )
    }
    bridge = wanted.get("EventBridgeConfiguration")
    if bridge is not None and boolean(bridge.get("EventBridgeEnabled", True)):
        told["EventBridgeConfiguration"] = {}
    return told


def _when(item: Properties) -> Properties:
    told: Properties = {"Events": [item["Event"]]}
    if "Filter" in item:
        told["Filter"] = {"Key": {"FilterRules": item["Filter"]["S3Key"]["Rules"]}}
    return told


def lifecycle_rule(rule: Properties) -> Properties:
    """A rule as the XML of the API has it, and moto keeps it."""
    told: Properties = {name: rule[name] for name in ("Status", "AbortIncompleteMultipartUpload") if name in rule}
    told["Filter"] = _filter(rule)
    if "Id" in rule:
        told["ID"] = rule["Id"]
    names = {
        "ExpirationInDays": "Days",
        "ExpirationDate": "Date",
        "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
    }
    if expiration := {name: rule[given] for given, name in names.items() if given in rule}:
        told["Expiration"] = expiration
    if "NoncurrentVersionExpirationInDays" in rule:
        told["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    if "NoncurrentVersionExpiration" in rule:
        told["NoncurrentVersionExpiration"] = rule["NoncurrentVersionExpiration"]
    if transitions := _several(rule, "Transition"):
        told["Transition"] = _renamed(transitions, {"TransitionInDays": "Days", "TransitionDate": "Date"})
    if transitions := _several(rule, "NoncurrentVersionTransition"):
        told["NoncurrentVersionTransition"] = _renamed(transitions, {"TransitionInDays": "NoncurrentDays"})
    return told


def _several(rule: Properties, name: str) -> list[Any]:
    """The items of a property that is there for one, and for several with another name."""
    return [*rule.get(f"{name}s", []), *([rule[name]] if name in rule else [])]


def _filter(rule: Properties) -> Properties:
    """A filter of one condition, or of several that all must hold."""
    names = ("Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan")
    conditions = {name: rule[name] for name in names if name in rule}
    tagged = rule.get("TagFilters", [])
    if len(conditions) + len(tagged) > 1:
        return {"And": {**conditions, **({"Tag": tagged} if tagged else {})}}
    return conditions or ({"Tag": tagged[0]} if tagged else {"Prefix": ""})


def _replication(wanted: Properties) -> Properties:
    return dict(_renamed(wanted, {"Id": "ID", "TagFilter": "Tag", "TagFilters": "Tags"}))


@dataclass(frozen=True, slots=True)
class Configuration:
    """A property with operations of its own.

    Args:
        puts: the operation that sets it.
        member: the member of that which has it.
        translate: gives it as the API has it.
        takes: the operation that takes it away. Default: to set ``when_empty``.
        when_empty: what it is when a template does not say.
    """

    puts: str
    member: str
    translate: Translation
    takes: str = ""
    when_empty: Any = None

    def put(self, s3: Any, bucket: str, wanted: Any) -> None:
        """Set it; take it away when nothing is wanted."""
        if wanted is None and self.takes:
            getattr(s3, self.takes)(Bucket=bucket)
            return
        value = self.when_empty if wanted is None else self.translate(wanted)
        getattr(s3, self.puts)(Bucket=bucket, **input_of(s3, self.puts, {self.member: value}))


BY_API: dict[str, Configuration] = {
    "AccelerateConfiguration": Configuration(
        "put_bucket_accelerate_configuration",
        "AccelerateConfiguration",
        _accelerate,
        when_empty={"Status": "Suspended"},
    ),
    "AccessControl": Configuration("put_bucket_acl", "ACL", _acl, when_empty="private"),
    "CorsConfiguration": Configuration("put_bucket_cors", "CORSConfiguration", _cors, "delete_bucket_cors"),
    "NotificationConfiguration": Configuration(
        "put_bucket_notification_configuration", "NotificationConfiguration", _notifications, when_empty={}
    ),
    "ReplicationConfiguration": Configuration(
        "put_bucket_replication", "ReplicationConfiguration", _replication, "delete_bucket_replication"
    ),
    "WebsiteConfiguration": Configuration(
        "put_bucket_website", "WebsiteConfiguration", _website, "delete_bucket_website"
    ),
}
