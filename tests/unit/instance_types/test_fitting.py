"""Which shapes hold a job, and what the others lack, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.instance_types.catalog import allowed, catalog
from constructs_lib.instance_types.fitting import Demand, holding, shortage


@pytest.mark.parametrize(
    ("types", "demand", "lacking"),
    [
        (("m7i.large",), Demand(2, 7900, 0), None),
        (("m7i.large",), Demand(4, 512, 0), "m7i.large has 2 vCPUs, and no type has more"),
        (("m7i.large", "c7i.xlarge"), Demand(1, 8192, 0), "m7i.large has 7,955 MiB for jobs, and no type has more"),
        (("optimal",), Demand(1, 512, 1), "its types have no GPU"),
        (("g6.xlarge", "g6.12xlarge"), Demand(1, 512, 8), "g6.12xlarge has 4 GPUs, and no type has more"),
        (("g6.xlarge",), Demand(1, 512, 2), "g6.xlarge has 1 GPU, and no type has more"),
        (("c7i.8xlarge", "r7i.xlarge", "m7i.2xlarge"), Demand(16, 100_000, 0), "c7i.8xlarge has 64,401 MiB for jobs"),
        (("c7i.8xlarge", "r7i.4xlarge"), Demand(32, 100_000, 0), "no type has all of that"),
        (("m7i.large",), Demand(), None),
        (("m7i.large",), Demand(vcpus=2), None),
    ],
)
def test_what_is_lacking_is_said(types: tuple[str, ...], demand: Demand, lacking: str | None) -> None:
    found = shortage(allowed(types), demand)
    assert found is None if lacking is None else str(found).startswith(lacking)


DEMANDS = st.builds(
    Demand,
    vcpus=st.none() | st.integers(1, 256),
    memory=st.none() | st.integers(1, 4_000_000),
    gpus=st.none() | st.integers(0, 16),
)


@given(st.lists(st.sampled_from(sorted(catalog())), min_size=1, max_size=4), DEMANDS)
def test_something_is_lacking_exactly_when_no_shape_holds_it(types: list[str], demand: Demand) -> None:
    shapes = allowed(tuple(types))
    lacking = shortage(shapes, demand)
    assert (lacking is None) == bool(holding(shapes, demand))
    for shape in holding(shapes, demand):
        wanted = (demand.vcpus or 0, demand.memory or 0, demand.gpus or 0)
        assert all(has >= wants for has, wants in zip((shape.vcpus, shape.memory, shape.gpus), wanted, strict=True))


def test_a_demand_is_told_in_words() -> None:
    assert str(Demand(1, 2048, 0)) == "1 vCPU, 2,048 MiB"
    assert str(Demand(0.25, None, 2)) == "0.25 vCPUs, 2 GPUs"
