"""AWS::CodeBuild::Project.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html
"""

from dataclasses import dataclass
from typing import Any

from moto.codebuild.models import codebuild_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import input_of


@dataclass(frozen=True, kw_only=True)
class _Project(OperationsHandler):
    """A project; moto's API wants a location also of a project that has no source, and changes none."""

    def make(self, desired: Desired) -> Made:
        backend = _backend(desired)
        client = desired.services.client(self.service)
        given = input_of(client, self.makes, self.given(desired))
        name = given["name"]
        if name in backend.codebuild_projects:
            arn = desired.services.arn("codebuild", f"project/{name}")
            raise HandlerError(f"Project already exists: {arn}", "AlreadyExists")
        _put(backend, given)
        return Made(name)

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        """Put another one in its place, with the builds that there were."""
        backend = _backend(desired)
        builds = backend.build_history[made.physical_id]
        _put(backend, input_of(desired.services.client(self.service), self.makes, change.after))
        backend.build_history[made.physical_id] = builds

    def read(self, made: Made, desired: Desired) -> Any:
        [found] = desired.services.client(self.service).batch_get_projects(names=[made.physical_id])["projects"]
        return found


def _backend(desired: Desired) -> Any:
    return codebuild_backends[desired.services.account][desired.services.region]


def _put(backend: Any, given: Properties) -> None:
    backend.create_project(
        project_name=given["name"],
        description=given.get("description"),
        project_source=given["source"],
        artifacts=given["artifacts"],
        environment=given["environment"],
        service_role=given["serviceRole"],
        tags=given.get("tags"),
        cache=given.get("cache"),
        timeout=given.get("timeoutInMinutes", 60),
        queued_timeout=given.get("queuedTimeoutInMinutes", 480),
        source_version=given.get("sourceVersion"),
        logs_config=given.get("logsConfig"),
        vpc_config=given.get("vpcConfig"),
    )


HANDLERS: dict[str, Handler] = {
    "AWS::CodeBuild::Project": _Project(
        service="codebuild",
        makes="create_project",
        changes="update_project",
        removes="delete_project",
        key="name",
        name="Name",
        paths={"Arn": "arn", "Id": ""},
    ),
}
