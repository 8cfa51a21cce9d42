"""Looks things up in a template, as a dict."""

from typing import Any

Resource = dict[str, Any]


def resources(template: dict[str, Any], kind: str) -> dict[str, Resource]:
    """The resources of a type, by logical id."""
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] == kind}


def named(template: dict[str, Any], kind: str, prefix: str) -> Resource:
    """The one resource of a type whose logical id is the prefix and a hash."""
    found = [
        resource
        for name, resource in resources(template, kind).items()
        if name.startswith(prefix) and len(name) == len(prefix) + 8
    ]
    assert len(found) == 1, f"{len(found)} resources {prefix} of type {kind}"
    return found[0]


def id_of(template: dict[str, Any], resource: Resource) -> str:
    """The logical id of a resource."""
    return next(name for name, each in template["Resources"].items() if each is resource)


def environment(template: dict[str, Any], construct_id: str) -> Resource:
    """The properties of a compute environment."""
    properties: Resource = named(template, "AWS::Batch::ComputeEnvironment", construct_id)["Properties"]
    return properties


def queue(template: dict[str, Any], construct_id: str) -> Resource:
    """The properties of a queue."""
    properties: Resource = named(template, "AWS::Batch::JobQueue", construct_id)["Properties"]
    return properties


def job(template: dict[str, Any], construct_id: str) -> Resource:
    """The properties of a job definition."""
    properties: Resource = named(template, "AWS::Batch::JobDefinition", construct_id)["Properties"]
    return properties
