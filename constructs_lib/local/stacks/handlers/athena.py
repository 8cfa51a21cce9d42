"""AWS::Athena: groups, and queries that have names.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Athena.html
"""

from dataclasses import dataclass
from typing import Any

from moto.athena.models import athena_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import fitted, members_of
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class _WorkGroup(OperationsHandler):
    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Set in moto's object what it has no operation for."""
        group = athena_backends[desired.services.account][desired.services.region].work_groups[made.physical_id]
        group.state = change.after.get("State", "ENABLED")
        group.description = change.after.get("Description", "")
        if not change.is_new and change.touches("WorkGroupConfiguration"):
            shape = members_of(desired.services.client(self.service), self.makes)["Configuration"]
            group.configuration = {
                "EnforceWorkGroupConfiguration": True,
                "EngineVersion": group.configuration["EngineVersion"],
                **fitted(shape, change.after.get("WorkGroupConfiguration", {})),
            }

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it if it is there, of which moto does not tell, and its tags, which it leaves."""
        backend = athena_backends[desired.services.account][desired.services.region]
        if made.physical_id in backend.work_groups:
            backend.tagger.delete_all_tags_for_resource(self.attribute(made, desired, "Arn"))
            super().remove(made, desired)

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        arn = desired.services.arn("athena", f"workgroup/{made.physical_id}")
        return {"Arn": arn, "CreationTime": f"{self.read(made, desired)['WorkGroup']['CreationTime']:%s}"}[name]


HANDLERS: dict[str, Handler] = {
    "AWS::Athena::NamedQuery": OperationsHandler(
        service="athena",
        makes="create_named_query",
        reads="get_named_query",
        key="NamedQueryId",
        name="Name",
        ref="NamedQueryId",
        paths={"NamedQueryId": ""},
    ),
    "AWS::Athena::WorkGroup": _WorkGroup(
        service="athena",
        makes="create_work_group",
        removes="delete_work_group",
        reads="get_work_group",
        key="WorkGroup",
        name="Name",
        renamed={"WorkGroupConfiguration": "Configuration"},
        tagging=Tagging(),
        tagged="Arn",
    ),
}
