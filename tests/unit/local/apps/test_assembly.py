"""Reading a cloud assembly."""

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import Assembly, AssemblyError, load


def stack(template: str, *dependencies: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": template, **properties},
        "dependencies": list(dependencies),
    }


@pytest.fixture
def assembly(tmp_path: Path) -> Assembly:
    nested = {"artifacts": {"ProdApi": {**stack("api.json", stackName="prod-api"), "displayName": "Prod/Api"}}}
    artifacts = {
        "Base": stack("base.json"),
        "Jobs": stack("jobs.json", "Base", "Jobs.assets"),
        "Jobs.assets": {"type": "cdk:asset-manifest", "properties": {"file": "jobs.assets.json"}},
        "assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}},
    }
    assets = {
        "files": {
            "t": {"source": {"path": "jobs.json"}, "destinations": {"x": {"bucketName": "b", "objectKey": "k"}}},
            "f": {
                "source": {"path": "asset.f", "packaging": "zip"},
                "destinations": {"x": {"bucketName": "b", "objectKey": "f.zip"}},
            },
        },
        "dockerImages": {
            "i": {
                "source": {"directory": "asset.i", "dockerBuildTarget": "prod"},
                "destinations": {"x": {"repositoryName": "repo", "imageTag": "i"}},
            },
        },
    }
    (tmp_path / "assembly-Prod").mkdir()
    (tmp_path / "assembly-Prod" / "manifest.json").write_text(json.dumps(nested))
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    (tmp_path / "jobs.assets.json").write_text(json.dumps(assets))
    (tmp_path / "jobs.json").write_text('{"Resources": {}}')
    return load(tmp_path)


def test_stacks_are_found_by_name_path_and_id(assembly: Assembly) -> None:
    found = [assembly.stack(name) for name in ("prod-api", "Prod/Api", "ProdApi")]
    assert {item.template_path.name for item in found} == {"api.json"}


def test_an_unknown_stack_is_answered_with_the_known_ones(assembly: Assembly) -> None:
    with pytest.raises(AssemblyError, match=r"no stack 'Job' .* it has: Base, Jobs, Prod/Api\. Did you mean Jobs\?"):
        assembly.stack("Job")


def test_without_a_name_it_is_the_only_stack(assembly: Assembly) -> None:
    only = Assembly(assembly.directory, assembly.stacks[:1])
    assert only.stack(None) == assembly.stacks[0]
    with pytest.raises(AssemblyError, match=r"^this app has several stacks, name one: Base, Jobs, Prod/Api$"):
        assembly.stack(None)
    with pytest.raises(AssemblyError, match=r"^this app has no stack$"):
        Assembly(assembly.directory, ()).stack(None)


def test_dependencies_come_first(assembly: Assembly) -> None:
    assert [item.id for item in assembly.deployment_order(assembly.stack("Jobs"))] == ["Base", "Jobs"]


def test_assets_are_those_of_the_stack_without_its_template(assembly: Assembly) -> None:
    found = assembly.stack("Jobs")
    assert found.template == {"Resources": {}}
    assert [(item.key, item.zipped) for item in found.files] == [("f.zip", True)]
    assert [(item.file, item.target, item.tag) for item in found.images] == [("Dockerfile", "prod", "i")]


def test_a_directory_that_is_no_assembly_says_so(tmp_path: Path) -> None:
    with pytest.raises(AssemblyError, match=r"no cloud assembly: it has no manifest\.json\. Run `cdk synth`"):
        load(tmp_path)
