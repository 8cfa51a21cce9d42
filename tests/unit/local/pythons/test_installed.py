"""What is installed here, of what somebody wants."""

import pytest

from constructs_lib.local.pythons.installed import find_installed


def test_what_is_here_comes_with_what_it_needs() -> None:
    found = find_installed(["boto3>=1", "--extra-index-url https://example.com"])
    assert found.missing == []
    assert {"boto3", "botocore", "s3transfer", "jmespath", "urllib3", "python-dateutil"} <= found.distributions.keys()
    assert "moto" not in found.distributions


def test_extras_are_followed() -> None:
    assert "werkzeug" in find_installed(["moto[server]"]).distributions
    assert "flask" not in find_installed(["moto"]).distributions


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("boto3<1", "boto3<1 (here is "),
        ("no-such-package", "no-such-package (not installed here)"),
        ("https://example.com/own.whl", "https://example.com/own.whl (not the name of a package)"),
        ("boto3 @ git+https://example.com/boto3", "boto3 @ git+https://example.com/boto3 (here is "),
    ],
)
def test_what_is_missing_is_told_with_the_reason(line: str, missing: str) -> None:
    [told] = find_installed([line, "six"]).missing
    assert told.replace("boto3@", "boto3 @").startswith(missing)  # as versions of packaging write it


def test_other_systems_and_versions_are_not_asked_for() -> None:
    found = find_installed(["no-such-package; python_version < '3'", "six"])
    assert (found.missing, list(found.distributions)) == ([], ["six"])


def test_constraints_hold_for_what_is_needed_too() -> None:
    missing = find_installed(["boto3"], ["botocore<1", "no-such-package==1"]).missing
    assert missing
    assert all(" and botocore<1 (here is " in told for told in missing)
