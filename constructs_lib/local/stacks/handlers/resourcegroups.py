"""AWS::ResourceGroups::Group.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-resourcegroups-group.html
"""

from dataclasses import dataclass

from moto.resourcegroups.models import resourcegroups_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import input_of
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class _Group(OperationsHandler):
    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        client = desired.services.client(self.service)
        for name, operation, which in (
            ("ResourceQuery", "update_group_query", {"GroupName": made.physical_id}),
            ("Configuration", "put_group_configuration", {"Group": made.physical_id}),
        ):
            if not change.is_new and change.touches(name) and name in change.after:
                given = input_of(client, operation, {name: change.after[name]})
                getattr(client, operation)(**which, **given)
        # An empty text is none to moto, and it keeps what was there.
        groups = resourcegroups_backends[desired.services.account][desired.services.region].groups
        groups.by_name[made.physical_id].description = change.after.get("Description", "")


HANDLERS: dict[str, Handler] = {
    "AWS::ResourceGroups::Group": _Group(
        service="resource-groups",
        makes="create_group",
        changes="update_group",
        removes="delete_group",
        reads="get_group",
        key="GroupName",
        name="Name",
        paths={"Arn": "Group.GroupArn"},
        tagging=Tagging("tag", "untag"),
        tagged="Arn",
    ),
}
