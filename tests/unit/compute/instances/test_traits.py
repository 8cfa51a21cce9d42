from constructs_lib.compute.instances.traits import family_of, has_efa, has_gpu, has_instance_store
from tests.unit.compute.instances.catalog import described


def test_the_name_tells_of_every_instance_type_whether_it_has_gpus() -> None:
    assert {name for name in described() if has_gpu(name)} == {
        name for name, known in described().items() if "GpuInfo" in known
    }


def test_the_name_tells_of_every_instance_type_whether_it_has_an_instance_store() -> None:
    assert {name for name in described() if has_instance_store(name)} == {
        name for name, known in described().items() if known["InstanceStorageSupported"]
    }


def test_the_name_tells_of_every_instance_type_whether_it_has_an_efa() -> None:
    assert {name for name in described() if has_efa(name)} == {
        name for name, known in described().items() if known["NetworkInfo"].get("EfaSupported")
    }


def test_a_family_has_an_efa_only_if_all_its_types_have() -> None:
    families = {family_of(name) for name in described()}
    with_efa = {name for name in described() if has_efa(name)}
    assert {family for family in families if has_efa(family)} == {
        family for family in families if all(name in with_efa for name in described() if family_of(name) == family)
    }


def test_names_of_sets_tell_nothing() -> None:
    for name in ("default_x86_64", "default_arm64", "optimal"):
        assert [has_gpu(name), has_instance_store(name), has_efa(name)] == [False, False, False]
