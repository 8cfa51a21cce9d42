"""AWS::Glue: databases and tables of its catalog.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Glue.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.operations_handler import OperationsHandler


@dataclass(frozen=True, kw_only=True)
class _OfCatalog(OperationsHandler):
    """What has its name in the member that describes it.

    Args:
        member: that member.
    """

    member: str

    def given(self, desired: Desired) -> Properties:
        given = dict(desired.properties)
        name = given.get(self.name) or given[self.member].get("Name") or desired.name.lower()
        return {**given, self.member: {**given[self.member], "Name": name}, self.name: name}

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        return {"DatabaseName": desired.properties.get("DatabaseName", made.physical_id), "Name": made.physical_id}


HANDLERS: dict[str, Handler] = {
    "AWS::Glue::Database": _OfCatalog(
        service="glue",
        makes="create_database",
        changes="update_database",
        removes="delete_database",
        reads="get_database",
        key="Name",
        name="DatabaseName",
        member="DatabaseInput",
    ),
    "AWS::Glue::Table": _OfCatalog(
        service="glue",
        makes="create_table",
        changes="update_table",
        removes="delete_table",
        reads="get_table",
        key="Name",
        name="Name",
        member="TableInput",
    ),
}
