"""What a container needs from the network before its program starts: its image, its log and its secrets.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html and
https://docs.aws.amazon.com/batch/latest/userguide/using_awslogs.html
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.checks.model.endpoints import FOR_IMAGES, FOR_LOGS, FOR_SECRETS
from constructs_lib.checks.model.jobs import Container, Definition
from constructs_lib.checks.model.resources import Model
from constructs_lib.checks.model.values import items, member
from constructs_lib.templates.unknown import Unknown

_REPOSITORY: Final = "AWS::ECR::Repository"
_PUBLIC: Final = (
    "docker.io",
    "gcr.io",
    "ghcr.io",
    "mcr.microsoft.com",
    "nvcr.io",
    "public.ecr.aws",
    "quay.io",
    "registry-1.docker.io",
    "registry.k8s.io",
)
"""Registries of the internet. A name that has a registry of another name may be of one in the VPC."""
_WITH_THEIR_NETWORK: Final = (None, "LATEST", "1.4.0")
_HOST: Final = re.compile(r"^[^/]*[.:][^/]*/")
_SECRET: Final = re.compile(r":(secretsmanager|ssm):")
_STORES: Final = {"AWS::SecretsManager::Secret": "secretsmanager", "AWS::SSM::Parameter": "ssm"}


def services_needed(definition: Definition, model: Model) -> tuple[str, ...]:
    """The services without which no job of a definition starts, as far as they are known.

    Tasks of platform versions before 1.4.0 reach most of them by a network of AWS.
    """
    versions = [member(body, "FargatePlatformConfiguration", "PlatformVersion") for body, _ in definition.bodies]
    versions += [body.get("PlatformVersion") for body, _ in definition.bodies]
    if any(version not in _WITH_THEIR_NETWORK for version in versions):
        return ()
    found = {service for container in definition.containers for service in _needed(container, model)}
    return tuple(service for service in (*FOR_IMAGES, FOR_LOGS, *FOR_SECRETS) if service in found)


def public_registry(image: Any) -> str | None:
    """The registry of the internet that an image comes from; None if it is another one, or not known."""
    if not isinstance(image, str | Unknown):
        return None
    known = image if isinstance(image, str) else image.prefix
    if host := _HOST.match(known):
        name = host[0].rstrip("/")
        return name if name in _PUBLIC else None
    return "Docker Hub" if isinstance(image, str) and image else None


def _needed(container: Container, model: Model) -> Iterator[str]:
    image, logs = container.body.get("Image"), container.body.get("LogConfiguration")
    repository = model.resource(image)
    if ".dkr.ecr." in str(image) or (repository and repository.type == _REPOSITORY):
        yield from FOR_IMAGES
    if logs is None or (isinstance(logs, dict) and logs.get("LogDriver") == "awslogs"):
        yield FOR_LOGS
    named = [*(items(container.body.get("Secrets")) or ()), *(items(member(logs, "SecretOptions")) or ())]
    credentials = member(container.body, "RepositoryCredentials", "CredentialsParameter")
    for secret in (*(member(entry, "ValueFrom") for entry in named), credentials):
        resource = model.resource(secret)
        if service := _SECRET.search(str(secret)):
            yield service[1]
        elif resource and resource.type in _STORES:
            yield _STORES[resource.type]
