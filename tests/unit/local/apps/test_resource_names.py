"""Which resource is meant by what a person calls it."""

import pytest

from constructs_lib.local.apps.resource_names import Resource, find, one

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine"
JOBS = "arn:aws:batch:us-east-1:123456789012:job-definition"

MACHINES = [
    Resource("DailyReport1F2E3D4C", f"{ARN}:Daily-x", "App/Daily/Report/Resource"),
    Resource("WeeklyReport5A6B7C8D", f"{ARN}:Weekly-x", "App/Weekly/Report/Resource"),
    Resource("ReportLoader99AA88BB", f"{ARN}:nightly-load", "App/ReportLoader/Resource"),
    Resource("InnerNested/Sync12AB34CD", f"{ARN}:Sync-x"),
]


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ("DailyReport1F2E3D4C", ["DailyReport1F2E3D4C"]),
        (f"{ARN}:Daily-x", ["DailyReport1F2E3D4C"]),
        ("nightly-load", ["ReportLoader99AA88BB"]),
        ("Report", ["DailyReport1F2E3D4C", "WeeklyReport5A6B7C8D"]),
        ("Daily/Report", ["DailyReport1F2E3D4C"]),
        ("App/Daily/Report", ["DailyReport1F2E3D4C"]),
        ("Daily", ["DailyReport1F2E3D4C"]),
        ("DailyReport", ["DailyReport1F2E3D4C"]),
        ("ReportL", ["ReportLoader99AA88BB"]),
        ("nightly", ["ReportLoader99AA88BB"]),
        ("Sync", ["InnerNested/Sync12AB34CD"]),
        ("InnerNested/Sync12AB34CD", ["InnerNested/Sync12AB34CD"]),
        ("daily", []),
        ("/", []),
    ],
)
def test_a_name_is_read_in_the_nearest_way_that_finds_something(wanted: str, keys: list[str]) -> None:
    assert [item.key for item in find(wanted, MACHINES)] == keys


def test_the_id_of_a_construct_is_nearer_than_the_beginning_of_others() -> None:
    jobs = [
        Resource("CountAll11111111", f"{JOBS}/CountAll-x:1", "App/CountAll"),
        Resource("Count22222222", f"{JOBS}/Count-x:3", "App/Count"),
    ]
    assert [item.key for item in find("Count", jobs)] == ["Count22222222"]
    assert [item.key for item in find("Count", [item._replace(path="") for item in jobs])] == ["Count22222222"]


@pytest.mark.parametrize("wanted", ["render", "render:7", f"{JOBS}/render:7"])
def test_a_job_definition_is_found_by_its_name_with_and_without_its_revision(wanted: str) -> None:
    job = Resource("Job11111111", f"{JOBS}/render:7", "App/Job")
    assert find(wanted, [job, Resource("Renderer22222222", f"{JOBS}/renderer:1", "App/Renderer")]) == [job]


def test_a_construct_in_a_scope_is_found_by_its_id_also_where_templates_name_no_constructs() -> None:
    bare = [item._replace(path="") for item in MACHINES]
    assert [item.key for item in find("Loader", bare)] == ["ReportLoader99AA88BB"]


def test_an_error_names_those_that_are_meant_or_those_that_there_are() -> None:
    with pytest.raises(LookupError) as several:
        one("Report", MACHINES, "stack App", "state machine")
    assert str(several.value) == "stack App: several state machines are called 'Report': Daily/Report, Weekly/Report"
    with pytest.raises(LookupError) as none:
        one("ReportLoda", MACHINES, "stack App", "state machine")
    assert str(none.value) == (
        "stack App has no state machine 'ReportLoda', it has: Daily/Report, InnerNested/Sync12AB34CD, "
        "ReportLoader, Weekly/Report. Did you mean ReportLoader?"
    )
    with pytest.raises(LookupError, match=r"no bucket 'x', it has: none$"):
        one("x", [], "stack App", "bucket")
