"""AWS::Glue: databases and tables of its catalog, and jobs.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Glue.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


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


@dataclass(frozen=True, kw_only=True)
class _Job(OperationsHandler):
    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        return {"Arn": desired.services.arn("glue", f"job/{made.physical_id}")}[name]

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        """Put another one in its place, as moto cannot change one, with the runs that there were."""
        del change
        # Here, because it makes a grammar of filters, which takes a tenth of a second that no other stack has to pay.
        from moto.glue.models import glue_backends  # noqa: PLC0415

        jobs = glue_backends[desired.services.account][desired.services.region].jobs
        before = jobs[made.physical_id]
        self.remove(made, desired)
        self.make(desired)
        jobs[made.physical_id].job_runs = before.job_runs


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
    "AWS::Glue::Job": _Job(
        service="glue",
        makes="create_job",
        changes="update_job",
        removes="delete_job",
        reads="get_job",
        key="JobName",
        name="Name",
        tagging=Tagging(),
        tagged="Arn",
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
