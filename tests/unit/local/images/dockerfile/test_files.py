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
