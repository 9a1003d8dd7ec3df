"""The walls themselves: that the canary sees them stand, and sees each of them missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Unavailable
from engine.sandbox import Sandbox, Session, canary, launch
from engine.sandbox.jail import landlock, namespaces
from engine.sandbox.process import JailedProcess, NoNamespaces


def open_sandbox(folder: Path, *masked: str, landlock_abi: int | None = None) -> Sandbox:
    return Sandbox(folder, preload=False, spare=False, masked=frozenset(masked), landlock_abi=landlock_abi)


def test_the_walls_stand_here(sandbox: Sandbox) -> None:
    walls = sandbox.available()

    assert walls.available
    assert walls.reason == ""
    assert {wall.name: wall.standing for wall in walls.walls if wall.name != "namespaces"} == {
        "landlock": True,
        "seccomp": True,
        "rlimits": True,
    }
    assert sandbox.available() is walls


@pytest.mark.parametrize(
    ("masked", "words"),
    [
        (("landlock",), "Landlock"),
        (("seccomp",), "seccomp"),
        (("landlock", "namespaces"), "Landlock"),
    ],
)
def test_a_missing_wall_turns_the_tool_off(tmp_path: Path, masked: tuple[str, ...], words: str) -> None:
    sandbox = open_sandbox(tmp_path / "home", *masked)
    try:
        walls = sandbox.available()
        assert not walls.available
        assert words in walls.reason
        assert next(wall.name for wall in walls.walls if not wall.standing) in masked
    finally:
        sandbox.close()


def test_without_landlock_no_session_starts(tmp_path: Path) -> None:
    sandbox = open_sandbox(tmp_path / "home", landlock_abi=0)
    try:
        with pytest.raises(Unavailable, match="no Landlock") as caught:
            sandbox.session("t")
        assert caught.value.code == "sandbox_unavailable"
        with pytest.raises(Unavailable):
            sandbox.warm()
    finally:
        sandbox.close()


@pytest.mark.parametrize("abi", range(1, 8))
def test_every_kernel_step_with_landlock_is_enough(tmp_path: Path, abi: int, outside: Path) -> None:
    if landlock.available_abi() < abi:
        pytest.skip("this kernel is older")
    sandbox = Sandbox(tmp_path / "home", preload=False, spare=False, landlock_abi=abi)
    sandbox._namespaces = False
    try:
        assert sandbox.available().available, sandbox.available().reason
        session = sandbox.session("t")
        assert "Error" in session.run(f"open({str(outside)!r}).read()").logs
        truncated = session.run(f"import os\nos.truncate({str(outside)!r}, 0)")
        assert "Error" in truncated.logs
        assert "Error" in session.run(f"os.open({str(outside)!r}, os.O_TRUNC)").logs
        assert outside.read_text() == "nobody may read this"
        assert session.run("open('a', 'w').write('xy'); open('a', 'w').write('z'); open('a').read()").logs == "'z'"
    finally:
        sandbox.close()


def test_the_canary_believes_traces_and_not_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that claims to be caught while it writes outside is not believed."""
    monkeypatch.setattr(canary, "_PROBE", "result = []")
    real = canary._plant

    def plant(folder: Path, stack: object) -> canary.Outside:
        outside = real(folder, stack)  # type: ignore[arg-type]
        outside.target.write_text("x")
        return outside

    monkeypatch.setattr(canary, "_plant", plant)
    sandbox = open_sandbox(tmp_path / "home")
    try:
        walls = sandbox.available()
        assert not walls.available
        assert "write a file of the user" in walls.reason
    finally:
        sandbox.close()


@pytest.mark.parametrize("answer", ["None", "{'a': 1}", "'text'"])
def test_an_odd_answer_of_the_canary_is_a_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(canary, "_PROBE", f"result = {answer}")
    sandbox = open_sandbox(tmp_path / "home")
    try:
        assert not sandbox.available().available
    finally:
        sandbox.close()


def test_a_system_that_forbids_namespaces_still_has_the_other_walls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outside: Path
) -> None:
    real = JailedProcess.wait_ready

    def refuse(self: JailedProcess, seconds: float) -> object:
        if self.plan.namespaces:
            raise NoNamespaces("unshare: Operation not permitted")
        return real(self, seconds)

    monkeypatch.setattr(JailedProcess, "wait_ready", refuse)
    sandbox = open_sandbox(tmp_path / "home")
    try:
        walls = sandbox.available()
        assert walls.available
        assert not next(wall for wall in walls.walls if wall.name == "namespaces").standing
        session = sandbox.session("t")
        assert session.run("import os\nos.getcwd()").logs == "'/mnt/data'"
        assert "PermissionError" in session.run(f"open({str(outside)!r})").logs
    finally:
        sandbox.close()


def test_a_child_that_cannot_start_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "command", lambda: [launch.sys.executable, "-c", "raise SystemExit('broken install')"])
    sandbox = open_sandbox(tmp_path / "home")
    try:
        assert "broken install" in sandbox.available().reason
    finally:
        sandbox.close()
    monkeypatch.setattr(launch, "command", lambda: ["/nowhere/python"])
    sandbox = open_sandbox(tmp_path / "second")
    try:
        assert "could not be started" in sandbox.available().reason
    finally:
        sandbox.close()


def test_unknown_layers_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="moat"):
        Sandbox(tmp_path / "home", masked=frozenset({"moat"}))


def test_inside_there_is_nothing_but_the_session(session: Session, sandbox: Sandbox) -> None:
    if not sandbox._namespaces:
        pytest.skip("this system has no namespaces")

    result = session.run(
        "import os\nprint(os.getpid(), os.getcwd(), os.uname().nodename)\n"
        "print([p for p in ('/proc', '/home', '/etc/passwd', '/var/tmp', '/sys') if os.path.exists(p)])"
    )

    assert result.logs.splitlines() == ["1 /mnt/data sandbox", "[]"]


def test_without_namespaces_a_size_can_be_seen_and_nothing_else(tmp_path: Path, outside: Path) -> None:
    """The known residue: Landlock does not cover stat."""
    sandbox = Sandbox(tmp_path / "home", preload=False, spare=False)
    sandbox._namespaces = False
    try:
        session = sandbox.session("t")
        assert session.run(f"import os\nos.path.getsize({str(outside)!r})").logs == str(outside.stat().st_size)
        assert "PermissionError" in session.run(f"open({str(outside)!r})").logs
        assert "PermissionError" in session.run(f"os.listdir({str(outside.parent)!r})").logs
    finally:
        sandbox.close()


def test_paths_below_others_are_bound_once() -> None:
    assert namespaces._outermost(["/usr/lib", "/usr/lib/python3", "/lib", "/usr/library"]) == [
        "/lib",
        "/usr/lib",
        "/usr/library",
    ]
