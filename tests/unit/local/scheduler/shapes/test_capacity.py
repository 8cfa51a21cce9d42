"""Instances: chosen, filled, never overfull, started and stopped."""

from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.instance_types.catalog import allowed
from constructs_lib.local.scheduler.environments.fleet import Fleet
from constructs_lib.local.scheduler.shapes.capacity import JOB_RESOURCE, MAX_RESOURCE, Instance, Needs, Pool


def fleet(most: float, *types: str, least: float = 0) -> Fleet:
    return Fleet(allowed(types or ("optimal",)), least, most)


def taken(capacity: Fleet, needs: Needs) -> Instance:
    instance = capacity.take(needs)
    assert isinstance(instance, Instance)
    return instance


def test_jobs_share_an_instance_while_it_has_room() -> None:
    capacity = fleet(16, "m5.2xlarge")
    needs = Needs(2, 4096, 0)
    instances = [taken(capacity, needs) for _ in range(4)]
    assert len(set(map(id, instances))) == 1
    assert taken(capacity, needs) is not instances[0]
    assert capacity.running == 16


def test_memory_limits_as_vcpus_do_and_some_of_it_is_the_systems() -> None:
    capacity = fleet(8, "m5.large")
    taken(capacity, Needs(1, 4096, 0))
    assert taken(capacity, Needs(1, 4096, 0)).jobs == 1, "8,192 MiB are not all for jobs"
    assert fleet(8, "m5.large").impossible(Needs(1, 8192, 0)) == JOB_RESOURCE


def test_the_type_that_wastes_least_is_started() -> None:
    capacity = fleet(100, "optimal")
    assert taken(capacity, Needs(2, 3000, 0)).shape.name.split(".")[1] == "large"
    assert taken(capacity, Needs(1, 12_000, 0)).shape.memory > 12_000
    assert taken(fleet(100, "g4dn", "m5"), Needs(4, 1024, 1)).shape.name == "g4dn.xlarge"
    assert taken(fleet(100, "g4dn", "m5"), Needs(4, 1024, 0)).shape.gpus == 0


def test_why_a_job_can_never_run() -> None:
    assert fleet(4).impossible(Needs(2, 512, 0)) is None
    assert fleet(4).impossible(Needs(8, 512, 0)) == MAX_RESOURCE
    assert fleet(4).impossible(Needs(1, 512, 1)) == JOB_RESOURCE
    assert fleet(4, "m5.nothing").impossible(Needs(1, 1, 0)) == JOB_RESOURCE
    assert Pool(4).impossible(Needs(8, 512, 0)) == MAX_RESOURCE
    assert Pool(float("inf")).impossible(Needs(800, 512, 0)) is None


def test_idle_instances_are_stopped_down_to_the_minimum() -> None:
    capacity, needs = fleet(8, "m5.large", least=2), Needs(2, 512, 0)
    instances = [taken(capacity, needs) for _ in range(4)]
    assert capacity.running == 8
    for instance in instances:
        capacity.give_back(needs, instance)
    assert (capacity.running, capacity.used) == (2, 0)
    assert taken(capacity, needs) is instances[3], "the one that was kept is used again"


KINDS = [Needs(1, 1024, 0), Needs(2, 512, 0), Needs(4, 16_000, 0), Needs(0.5, 7000, 0)]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(KINDS)), max_size=200), st.integers(2, 32))
def test_nothing_is_ever_held_twice(steps: list[tuple[bool, Needs]], most: int) -> None:
    capacity = fleet(most)
    held: list[tuple[Needs, Instance]] = []
    for take, needs in steps:
        if take and (room := capacity.take(needs)):
            assert isinstance(room, Instance)
            held.append((needs, room))
        elif held:
            capacity.give_back(*held.pop(0))
        running = {id(instance): instance for _, instance in held}.values()
        for instance in running:
            assert min(instance.vcpus, instance.memory, instance.gpus) >= 0
        assert capacity.running == sum(instance.shape.vcpus for instance in running) <= most
        assert capacity.used == sum(needs.vcpus for needs, _ in held)
