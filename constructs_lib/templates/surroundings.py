"""What is around a template in one deployment: the resources that there are, and what else the account has."""

from typing import Any, Protocol

from constructs_lib.templates.unknown import Source, Unknown, derived


class Resources(Protocol):
    """What references to resources are."""

    def ref(self, logical_id: str) -> Any:
        """What ``Ref`` of a resource is: its name, its ARN, its URL, as its type has it."""

    def attribute(self, logical_id: str, name: str) -> Any:
        """What ``Fn::GetAtt`` of a resource is.

        Raises:
            TemplateError: its type has no such attribute.
        """


class Outside(Protocol):
    """What a template takes from elsewhere in its account."""

    def exported(self, name: str) -> Any:
        """The value that another stack exports by a name.

        Raises:
            TemplateError: none does.
        """

    def stack_output(self, stack: str, output: str, region: str | Unknown, role: str | None) -> Any:
        """The value of another stack's output, found in its account by a role if one is given.

        Raises:
            TemplateError: there is no such stack or output.
        """

    def zones(self, region: str) -> list[str] | Unknown:
        """The names of a region's availability zones."""

    def dynamic(self, service: str, reference: str) -> str | Unknown:
        """What ``{{resolve:service:reference}}`` is.

        Raises:
            TemplateError: there is no such thing.
        """


class NothingDeployed:
    """Resources and an account of which nothing is known yet."""

    def ref(self, logical_id: str) -> Any:
        """Unknown."""
        return Source(logical_id, frozenset({logical_id})).value

    def attribute(self, logical_id: str, name: str) -> Any:
        """Unknown."""
        return Source(f"{logical_id}.{name}", frozenset({logical_id})).value

    def exported(self, name: str) -> Any:
        """Unknown."""
        return Source(f"Fn::ImportValue({name})").value

    def stack_output(self, stack: str, output: str, region: str | Unknown, role: str | None) -> Any:
        """Unknown."""
        return derived("Fn::GetStackOutput", stack, output, region, role or "")

    def zones(self, region: str) -> list[str] | Unknown:
        """Unknown."""
        return Source(f"Fn::GetAZs({region})").value

    def dynamic(self, service: str, reference: str) -> str | Unknown:
        """Unknown."""
        return Source(f"{{{{resolve:{service}:{reference}}}}}").value
