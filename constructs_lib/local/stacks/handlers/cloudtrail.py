"""AWS::CloudTrail::Trail; moto keeps trails, and writes none.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html
"""

from dataclasses import dataclass

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import input_of
from constructs_lib.local.stacks.handlers.contract.tags import Tagging

_SELECTORS = ("EventSelectors", "AdvancedEventSelectors")


@dataclass(frozen=True, kw_only=True)
class _Trail(OperationsHandler):
    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        client, which = desired.services.client(self.service), self.keys(made, desired)
        if change.touches("IsLogging"):
            (client.start_logging if boolean(change.after["IsLogging"]) else client.stop_logging)(**which)
        wanted = {name: change.after[name] for name in _SELECTORS if name in change.after}
        if wanted and change.touches(*_SELECTORS):
            given = input_of(client, "put_event_selectors", wanted)
            client.put_event_selectors(TrailName=made.physical_id, **given)


HANDLERS: dict[str, Handler] = {
    "AWS::CloudTrail::Trail": _Trail(
        service="cloudtrail",
        makes="create_trail",
        changes="update_trail",
        removes="delete_trail",
        reads="get_trail",
        key="Name",
        name="TrailName",
        renamed={"TrailName": "Name", "Tags": "TagsList"},
        paths={"Arn": "Trail.TrailARN", "SnsTopicArn": "Trail.SnsTopicARN"},
        defaults={
            "EnableLogFileValidation": False,
            "IncludeGlobalServiceEvents": True,
            "IsMultiRegionTrail": False,
            "IsOrganizationTrail": False,
        },
        tagging=Tagging("add_tags", "remove_tags"),
        tags="TagsList",
        tagged="Arn",
    ),
}
