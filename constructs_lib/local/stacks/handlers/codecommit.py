"""AWS::CodeCommit::Repository; moto keeps no code.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codecommit-repository.html
"""

from dataclasses import dataclass
from typing import Any

from moto.codecommit.models import codecommit_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler

_METADATA = "repositoryMetadata"


@dataclass(frozen=True, kw_only=True)
class _Repository(OperationsHandler):
    """A repository, whose physical id is not its name."""

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Describe it anew in moto's object, which it has no operation for."""
        del made
        repositories = codecommit_backends[desired.services.account][desired.services.region].repositories
        kept = repositories[desired.properties["RepositoryName"]]
        kept.repository_metadata["repositoryDescription"] = change.after.get("RepositoryDescription", "")

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        del made
        return {"repositoryName": desired.properties["RepositoryName"]}


HANDLERS: dict[str, Handler] = {
    "AWS::CodeCommit::Repository": _Repository(
        service="codecommit",
        makes="create_repository",
        removes="delete_repository",
        reads="get_repository",
        key="repositoryName",
        ref=f"{_METADATA}.repositoryId",
        paths={
            "Arn": f"{_METADATA}.Arn",
            "CloneUrlHttp": f"{_METADATA}.cloneUrlHttp",
            "CloneUrlSsh": f"{_METADATA}.cloneUrlSsh",
            "Name": f"{_METADATA}.repositoryName",
            "RepositoryId": f"{_METADATA}.repositoryId",
        },
    ),
}
