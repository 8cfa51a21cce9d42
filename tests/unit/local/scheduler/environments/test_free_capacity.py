"""Which instances have room: found whatever the number of kinds of jobs, and without lists that grow for ever."""

from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.instance_types.catalog import catalog
from constructs_lib.local.scheduler.environments.free_capacity import FreeCapacityIndex
from constructs_lib.local.scheduler.shapes.capacity import Instance, Needs

SHAPE = catalog()["m5.xlarge"]


def instances(count: int) -> dict[Instance, None]:
    return {Instance(SHAPE, SHAPE.vcpus, SHAPE.memory, SHAPE.gpus): None for _ in range(count)}


def length(rooms: FreeCapacityIndex) -> int:
    return len(rooms._notes) + sum(len(kind.candidates) for kind in rooms._kinds.values())


@given(
    st.lists(st.tuples(st.sampled_from(["hold", "give back", "stop"]), st.integers(1, 6), st.integers(0, 9))),
    st.integers(1, 5),
)
def test_room_is_found_exactly_when_there_is_some(steps: list[tuple[str, int, int]], count: int) -> None:
    running = instances(count)
    rooms = FreeCapacityIndex(running.keys())
    held: list[tuple[Instance, Needs]] = []
    for step, size, which in steps:
        needs = Needs(size / 2, 1000.0 * size, 0)
        if step == "hold":
            room = rooms.find(needs)
            assert (room is not None) == any(instance.has(needs) for instance in running)
            if room is not None:
                assert room in running
                room.hold(needs)
                held.append((room, needs))
        elif step == "give back" and held:
            instance, taken = held.pop(which % len(held))
            instance.give_back(taken)
            rooms.note(instance)
        elif step == "stop":
            idle = next((instance for instance in running if not instance.jobs), None)
            if idle is not None:
                idle.running = False
                del running[idle]


def test_what_is_remembered_does_not_grow() -> None:
    running = instances(3)
    rooms = FreeCapacityIndex(running.keys())
    needs = Needs(1, 1000, 0)
    longest = []
    for round_ in range(4):
        for _ in range(5_000):
            room = rooms.find(needs)
            assert room is not None
            room.hold(needs)
            room.give_back(needs)
            rooms.note(room)
            rooms.find(Needs(1, 1000 + round_, 0))
        longest.append(length(rooms))
    assert max(longest) < 1_000


def test_kinds_of_jobs_beyond_number_are_forgotten() -> None:
    rooms = FreeCapacityIndex(instances(2).keys())
    for memory in range(5_000):
        assert rooms.find(Needs(1, memory, 0)) is not None
    assert length(rooms) < 1_000
