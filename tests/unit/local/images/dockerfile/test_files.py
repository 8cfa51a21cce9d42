"""Files of an image, on this machine."""

from pathlib import Path

import pytest

from constructs_lib.local.images.dockerfile import DockerfileError, copy_files, read_image


@pytest.fixture
def context(tmp_path: Path) -> Path:
    for name in ("main.py", "src/a.py", "src/deep/b.py", "data/x.csv", "data/y.csv"):
        (tmp_path / "context" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "context" / name).write_text(name)
    return tmp_path / "context"


def copied(context: Path, *lines: str) -> set[str]:
    (context / "Dockerfile").write_text("\n".join(["FROM x AS base", *lines, ""]))
    root = context.with_name("root")
    copy_files(read_image(context / "Dockerfile"), context, root)
    assert [path.name for path in context.parent.iterdir() if path.name.startswith("root")] == ["root"]
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["COPY main.py /app/run.py"], {"app/run.py"}),
        (["COPY main.py /app/"], {"app/main.py"}),
        (["WORKDIR /app", "COPY main.py ."], {"app/main.py"}),
        (["WORKDIR /app", "COPY src ."], {"app/a.py", "app/deep/b.py"}),
        (["WORKDIR /app", "COPY src/ lib"], {"app/lib/a.py", "app/lib/deep/b.py"}),
        (["COPY data/*.csv main.py /data/"], {"data/x.csv", "data/y.csv", "data/main.py"}),
        (['COPY ["main.py", "/with space/"]'], {"with space/main.py"}),
        (["COPY --chown=1:1 --link main.py /a"], {"a"}),
        (["ARG DIR=/opt", "COPY main.py $DIR/"], {"opt/main.py"}),
        (["ADD main.py https://example.com/x.tar /a/"], {"a/main.py"}),
        (["COPY src /made", "RUN make", "FROM x", "COPY --from=base /made/a.py /made/built /app/"], {"app/a.py"}),
        (["COPY --from=elsewhere /bin/tool /bin/", "COPY main.py /"], {"main.py"}),
        (["COPY src /app", "FROM base", "COPY main.py /app/a.py"], {"app/a.py", "app/deep/b.py"}),
    ],
)
def test_copy(context: Path, lines: list[str], expected: set[str]) -> None:
    assert copied(context, *lines) == expected


def test_later_copies_win(context: Path) -> None:
    copied(context, "COPY src /app", "COPY main.py /app/a.py")
    assert (context.parent / "root" / "app" / "a.py").read_text() == "main.py"


@pytest.mark.parametrize("source", ["nowhere.py", "../secret", "*.txt"])
def test_a_source_that_is_not_in_the_context(context: Path, source: str) -> None:
    (context.parent / "secret").touch()
    with pytest.raises(DockerfileError) as caught:
        copied(context, f"COPY {source} /app/")
    assert str(caught.value).startswith(
        f"{context}/Dockerfile:2: got COPY {source} /app/, {source} is not in the build context {context}. Sources are "
    )


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A directory with a secret, to which links of the build context lead."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("secret")
    return tmp_path / "outside"


def spelled(link: str, outside: Path) -> str:
    return {"absolute": str(outside), "relative": "../outside", "far": "../" * 20 + str(outside)[1:]}[link]


ESCAPES: dict[str, list[str]] = {
    "a file into a link that was copied before": ["COPY tree /app/", "COPY main.py /app/link/secret"],
    "a file for a link to a file": ["COPY tree /app/", "COPY main.py /app/file"],
    "a directory over a link": ["COPY tree /app/", "COPY over /app/"],
    "a directory into a link": ["COPY tree /app/", "COPY src /app/link/"],
    "a pattern into a link": ["COPY tree /app/", "COPY data/*.csv /app/link/"],
    "the directory of work": ["COPY tree /app/", "WORKDIR /app/link/made"],
    "a target with dots": ["COPY main.py ../../../outside/secret", "COPY main.py /../../../outside/secret"],
    "a directory of work with dots": ["WORKDIR ../../outside", "COPY main.py secret"],
    "a stage": ["COPY tree /app/", "FROM x", "COPY --from=base /app/ /app/", "COPY main.py /app/link/secret"],
}


@pytest.mark.parametrize("link", ["absolute", "relative", "far"])
@pytest.mark.parametrize("case", ESCAPES)
def test_nothing_is_written_through_a_link(context: Path, outside: Path, case: str, link: str) -> None:
    (context / "tree").mkdir()
    (context / "tree" / "link").symlink_to(spelled(link, outside))
    (context / "tree" / "file").symlink_to(f"{spelled(link, outside)}/secret")
    (context / "over" / "link").mkdir(parents=True)
    (context / "over" / "link" / "secret").write_text("over")
    (context / "over" / "file").write_text("over")
    copied(context, *ESCAPES[case])
    assert [path.name for path in outside.iterdir()] == ["secret"]
    assert (outside / "secret").read_text() == "secret"


@pytest.mark.parametrize("link", ["absolute", "relative", "far"])
@pytest.mark.parametrize(
    "source", ["link", "link/secret", "link/*", "l*/secret", "file", "f*", "main.py link/secret", "deep"]
)
def test_nothing_is_read_through_a_link(context: Path, outside: Path, source: str, link: str) -> None:
    (context / "link").symlink_to(spelled(link, outside))
    (context / "file").symlink_to(f"{spelled(link, outside)}/secret")
    (context / "deep").symlink_to("link")
    with pytest.raises(DockerfileError, match=r"is not in the build context .* a link that leads out of it"):
        copied(context, f"COPY {source} /app/")


def test_links_within_the_context_are_followed(context: Path) -> None:
    (context / "alias.py").symlink_to("main.py")
    (context / "rooted").symlink_to("/src/deep")
    assert copied(context, "COPY alias.py rooted /app/") == {"app/alias.py", "app/b.py"}
    assert not (context.parent / "root" / "app" / "alias.py").is_symlink()


def test_links_in_a_directory_stay_links(context: Path) -> None:
    (context / "src" / "alias.py").symlink_to("a.py")
    copied(context, "COPY src /app", "COPY src /app")
    assert str((context.parent / "root" / "app" / "alias.py").readlink()) == "a.py"


def test_a_link_in_the_image_is_followed_within_it(context: Path) -> None:
    (context / "src" / "data").symlink_to("/var/data")
    assert copied(context, "COPY src /app/", "COPY main.py /app/data/") >= {"var/data/main.py"}


def test_a_circle_of_links_is_told(context: Path) -> None:
    (context / "one").symlink_to("two")
    (context / "two").symlink_to("one")
    with pytest.raises(OSError, match="Too many levels"):
        copied(context, "COPY one /app/")
