"""Everything one does with a copy of this repository: run, test, check, lesson, bench, build, shots.

Needs nothing but Python 3.11 or 3.12. Each command prepares what it needs, shows what takes time, and goes on where
an earlier call stopped. `python3 dev.py help` lists the commands.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
LOGS = ROOT / "build" / "logs"
TEST_MODELS = ROOT / "build" / "models"
PYTHONS = ((3, 12), (3, 11))
WINDOWS = sys.platform == "win32"
LINUX = sys.platform.startswith("linux")
OPENAI_VERSION = "1.65.5"
LESSON = ROOT / "tests" / "lesson" / "lesson.md"
STARTER = "qwen2.5-coder-1.5b-instruct-q4_k_m"
SMOLLM2 = "smollm2-135m-instruct-q4_1"
MINILM = "all-minilm-l6-v2"
TEST_MODEL_IDS = (SMOLLM2, MINILM, "gemma-3-270m-q4_k_m")
SPREAD = ("-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal")  # the models' memory sets the limit
DEMO_QUESTION = "In two sentences: what can a private assistant on my own computer do for me?"

USAGE = """Fireside, from its source.

  python3 dev.py run            open the window; without a screen, chat in this terminal
  python3 dev.py test [ARGS]    all checks and the whole test suite offline; with ARGS, only pytest ARGS
  python3 dev.py check          format, lint, types, layers
  python3 dev.py lesson [FILE]  run a Markdown lesson with the openai client against a real server; --seeds N asks
                                for the answers that need functions N times and counts the right ones
  python3 dev.py bench          measure speed against llama.cpp's own programs; --starter: with the starter model;
                                tools: calls; server: fifty clients; retrieval, retrieval_speed; desktop: the window
  python3 dev.py build          freeze the app for this system into one folder and let it test itself;
                                windows: make the Windows installer on Linux
  python3 dev.py shots          pictures of every page, in both languages and themes, in build/shots

Each prepares what it needs (the first time: 10 to 20 minutes) and goes on where an earlier call stopped.
"""

# What Qt's platform plugins load that a bare Debian or Ubuntu lacks, with the package that brings it.
DEBIAN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}

# What went wrong, recognised in a command's output, and what to do about it.
ADVICE = (
    (r"No space left on device|disk full", "free some disk space (about 6 GB are needed)"),
    (r"CMAKE_CXX?_COMPILER|No CMAKE_C|Visual Studio", "install a C++ compiler (README.md, section Building)"),
    (
        r"No matching distribution|Could not find a version",
        "check that pip reaches an index: pip index versions pip",
    ),
    (r"ConnectionError|Temporary failure in name|timed out|NewConnectionError", "check the network or the proxy"),
    (r"Permission denied|EACCES", "check who owns the folder: ls -ld . .venv build"),
)


class Failure(Exception):
    """Something that ends the command: what failed, why, and the next thing to type."""

    def __init__(self, what: str, why: str = "", advice: str = "") -> None:
        super().__init__(what)
        self.what, self.why, self.advice = what, why, advice


def say(text: str) -> None:
    print(text, flush=True)


def venv_python(folder: Path = VENV) -> Path:
    """Return the interpreter inside a virtual environment."""
    return folder / ("Scripts/python.exe" if WINDOWS else "bin/python")


# ------------------------------------------------------------------------------------------------ long commands


class Watched:
    """A child process whose output goes to a log; after two seconds a line shows the time and its last words."""

    def __init__(self, label: str, hint: str = "") -> None:
        self.label, self.hint = label, hint
        self.last, self.tail = "", [""]
        LOGS.mkdir(parents=True, exist_ok=True)
        self.log = LOGS / (re.sub(r"\W+", "-", label.lower()).strip("-") + ".log")

    def run(self, command: Sequence[str | Path], env: dict[str, str] | None = None) -> None:
        """Run to the end. Raises Failure with the last lines and advice if it does not exit with 0."""
        started = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        reader = threading.Thread(target=self._read, args=(process,), daemon=True)
        reader.start()
        try:
            self._show(process, started)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        reader.join(5)
        if process.returncode:
            raise self._failure(process.returncode)
        if time.monotonic() - started > 2:
            self._line(f"  done: {self.label}, {time.monotonic() - started:.0f} s", final=True)

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout, self.log.open("wb") as log:
            for raw in process.stdout:
                log.write(raw)
                log.flush()
                text = raw.decode("utf-8", "replace").strip()
                if text:
                    self.last = text
                    self.tail = [*self.tail[-14:], text]

    def _show(self, process: subprocess.Popen[bytes], started: float) -> None:
        shown = 0.0
        pause = 0.5 if sys.stdout.isatty() else 20
        while True:
            try:
                process.wait(min(pause, 2))
                return
            except subprocess.TimeoutExpired:
                elapsed = time.monotonic() - started
                if elapsed >= 2 and (shown == 0 or elapsed - shown >= pause):
                    shown = elapsed
                    note = f" ({self.hint})" if self.hint else ""
                    self._line(f"  {self.label}{note}, {elapsed:.0f} s: {self.last}")

    def _line(self, text: str, *, final: bool = False) -> None:
        if not sys.stdout.isatty():
            say(text[:160])
            return
        width = shutil.get_terminal_size().columns - 1
        print("\r" + text[:width].ljust(width), end="\n" if final else "", flush=True)

    def _failure(self, code: int) -> Failure:
        if sys.stdout.isatty():
            print()
        output = self.log.read_text("utf-8", "replace")
        advice = next((words for pattern, words in ADVICE if re.search(pattern, output)), "")
        why = "\n".join(f"    {line}" for line in self.tail if line) + f"\n  all of it: {self.log.relative_to(ROOT)}"
        return Failure(f"{self.label} (exit code {code})", why, advice)


# ------------------------------------------------------------------------------------------------ preparing


def find_python() -> str:
    """Return an interpreter of a supported version: this one if it is, else one found on the machine."""
    if sys.version_info[:2] in PYTHONS:
        return sys.executable
    for major, minor in PYTHONS:
        candidates = [[f"python{major}.{minor}"], ["py", f"-{major}.{minor}"]]
        for candidate in candidates:
            if not shutil.which(candidate[0]):
                continue
            found = subprocess.run(
                [*candidate, "-c", "import sys; print(sys.version_info[:2], sys.executable, sep='|')"],
                capture_output=True,
                text=True,
                check=False,
            )
            version, _, path = found.stdout.strip().partition("|")
            if found.returncode == 0 and version == str((major, minor)):
                return path
    raise Failure(
        f"Fireside needs Python 3.11 or 3.12; this is {sys.version.split()[0]} and no other was found",
        advice="install Python 3.12 (Debian, Ubuntu: sudo apt-get install python3 python3-venv; "
        "Windows: winget install Python.Python.3.12; macOS: brew install python@3.12)",
    )


class Stamps:
    """Remembers which steps are done for which input, inside the environment they belong to."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "fireside-setup.json"
        try:
            self.done: dict[str, str] = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            self.done = {}

    def step(self, name: str, key: str, action: Callable[[], None]) -> None:
        """Do it unless it was done for the same key."""
        if self.done.get(name) != key:
            action()
            self.done[name] = key
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps(self.done, indent=1), "utf-8")


def digest(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def pinned(package: str) -> str:
    """Return `package==version` as the lock has it."""
    found = re.search(rf"(?m)^{package}==[^ ;\n]+", LOCK.read_text("utf-8"))
    assert found, f"{package} is not in {LOCK.name}"
    return found[0]


def make_venv(folder: Path) -> None:
    """Create a virtual environment, or anew if the one there has lost its interpreter."""
    python = venv_python(folder)
    if python.exists():
        works = subprocess.run([str(python), "-c", "import pip"], capture_output=True, check=False).returncode == 0
        if works:
            return
        shutil.rmtree(folder)
    base = find_python()
    say(f"Preparing {folder.name} (once; it can be deleted at any time)")
    try:
        Watched(f"creating {folder.name}").run([base, "-m", "venv", folder])
    except Failure as failure:
        failure.advice = failure.advice or "Debian and Ubuntu: sudo apt-get install python3-venv"
        raise


def pip(label: str, *arguments: str | Path, folder: Path = VENV, hint: str = "") -> None:
    python = venv_python(folder)
    common: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    Watched(label, hint).run([*common, *arguments])


def require_compiler() -> None:
    """Look for a C++ compiler; on Debian as root, install one."""
    if WINDOWS or any(shutil.which(name) for name in ("c++", "g++", "clang++")):
        return  # on Windows CMake knows where Visual Studio is, and says so if there is none
    if sys.platform == "darwin":
        raise Failure("no C++ compiler", advice="xcode-select --install")
    install_debian(["build-essential"], "no C++ compiler was found")


def install_llama() -> None:
    """Compile llama.cpp with its Python binding; pip keeps the wheel, so this happens once per machine."""
    require_compiler()
    hint = "compiled once per machine, usually 5 to 12 minutes"
    pip("installing llama.cpp", "-v", "-c", LOCK, pinned("llama-cpp-python"), hint=hint)


def set_up() -> None:
    """Bring `.venv` to what the lock says; quick if it is there already."""
    if not venv_python().exists():
        make_venv(VENV)
    stamps = Stamps(VENV)
    version = next(VENV.glob("lib/python3*"), VENV).name
    lock = f"{digest(LOCK)} {version}"
    stamps.step("pip", f"{pinned('pip')} {version}", lambda: pip("installing pip", pinned("pip")))
    # Asked for alone and exactly: any other way some indexes answer with gigabytes of GPU libraries.
    torch = pinned("torch")
    stamps.step("torch", f"{torch} {version}", lambda: pip("installing torch", "-c", LOCK, torch))
    stamps.step("llama", f"{pinned('llama-cpp-python')} {version}", install_llama)
    stamps.step("packages", lock, lambda: pip("installing packages", "-r", LOCK))
    stamps.step(
        "project",
        f"{digest(ROOT / 'pyproject.toml')} {ROOT} {version}",
        lambda: pip("installing Fireside", "--no-deps", "--no-build-isolation", "-e", ROOT),
    )


def install_debian(packages: list[str], why: str) -> None:
    """Install with apt as root; else say the line to type. Raises Failure."""
    line = f"apt-get install -y --no-install-recommends {' '.join(sorted(set(packages)))}"
    if not shutil.which("apt-get"):
        raise Failure(why, advice=f"install what these Debian packages hold: {' '.join(packages)}")
    if os.geteuid() != 0:
        raise Failure(why, advice=f"sudo apt-get update && sudo {line}")
    noninteractive = {"DEBIAN_FRONTEND": "noninteractive"}
    Watched("refreshing the list of system packages").run(["apt-get", "update"], noninteractive)
    Watched(f"installing {len(packages)} system packages").run(line.split(), noninteractive)


def missing_libraries() -> list[str]:
    """Return the shared libraries that Qt's platform plugins lack on this machine."""
    platforms = next(VENV.glob("lib/python3*/site-packages/PySide6/Qt/plugins/platforms"), None)
    if platforms is None or not shutil.which("ldd"):
        return []
    plugins = [str(platforms / f"libq{name}.so") for name in ("xcb", "offscreen", "wayland")]
    output = subprocess.run(["ldd", *plugins], capture_output=True, text=True, check=False).stdout
    return sorted(set(re.findall(r"(\S+) => not found", output)))


def has_chinese_font() -> bool:
    if shutil.which("fc-list"):
        found = subprocess.run(["fc-list", ":lang=zh-cn", "file"], capture_output=True, text=True, check=False)
        return bool(found.stdout.strip())
    names = (str(path).lower() for path in Path("/usr/share/fonts").rglob("*.[to]t[fc]"))
    return any(re.search("cjk|wqy|han|song|droidsansfallback", name) for name in names)


def prepare_screen() -> None:
    """See that Qt finds its system libraries and a font with Chinese characters (Linux only)."""
    if not LINUX:
        return

    def install() -> None:
        missing = missing_libraries()
        if missing:
            packages = [DEBIAN.get(name, name) for name in missing]
            install_debian(packages, f"the window needs {len(missing)} system libraries: {', '.join(missing)}")
        if not has_chinese_font():
            try:
                install_debian(["fonts-noto-cjk", "fontconfig"], "no font with Chinese characters")
            except Failure as failure:
                say(f"Note: {failure.what}; Chinese will show as boxes. To change that: {failure.advice}")

    Stamps(VENV).step("screen", "2", install)


def fetch_test_models(*names: str) -> None:
    """Fetch models into build/models through the app's own downloads."""
    stamps = Stamps(TEST_MODELS)
    wanted = [name for name in names if stamps.done.get(name) != "fetched"]
    if not wanted:
        return
    call([venv_python(), "-m", "tests.fetch_models", TEST_MODELS, *wanted], "fetching the test models")
    for name in wanted:
        stamps.step(name, "fetched", lambda: None)


# ------------------------------------------------------------------------------------------------ commands


def call(command: Sequence[str | Path], what: str) -> None:
    """Run with our own input and output. Raises Failure if it does not exit with 0."""
    code = subprocess.call([str(part) for part in command], cwd=ROOT)
    if code:
        raise Failure(f"{what} (exit code {code})")


def become(command: Sequence[str | Path]) -> int:
    """Replace this process where the system can; on Windows wait for the child."""
    sys.stdout.flush()
    words = [str(part) for part in command]
    if not WINDOWS:
        os.execv(words[0], words)
    return subprocess.call(words)


def has_screen() -> bool:
    return not LINUX or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(arguments: list[str]) -> int:
    """Open the window; without a screen the terminal chat; without a terminal one question and its answer."""
    set_up()
    app: list[str | Path] = [venv_python(), "-m", "desktop"]
    if has_screen():
        prepare_screen()
        return become([*app, *arguments])
    say("No screen here (neither DISPLAY nor WAYLAND_DISPLAY is set).")
    if sys.stdin.isatty() and sys.stdout.isatty():
        say("Starting the chat in this terminal instead.")
        return become([*app, "chat", *arguments])

    def fetch_starter() -> None:
        say("Fetching the starter model if it is not there (1.1 GB).")
        call([*app, "models", "get", STARTER], "fetching the starter model")

    home = os.environ.get("FIRESIDE_HOME") or str(Path.home())
    Stamps(VENV).step("starter", home, fetch_starter)
    say(f"No terminal either: one question, to show that it works.\n\n> {DEMO_QUESTION}\n")
    return become([*app, "chat", DEMO_QUESTION])


CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint", ("-m", "ruff", "check", ".")),
    ("format", ("-m", "ruff", "format", "--check", ".")),
    ("types", ("-m", "mypy")),
    ("layers", ("-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-logo")),
)


def run_checks() -> list[str]:
    """Run all static checks, print what they find, return the names of those that failed."""
    failed = []
    for name, arguments in CHECKS:
        started = time.monotonic()
        found = subprocess.run(
            [str(venv_python()), *arguments], cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        say(f"{name:8} {'ok' if found.returncode == 0 else 'FAILED'}, {time.monotonic() - started:.0f} s")
        if found.returncode:
            failed.append(name)
            say(found.stdout + found.stderr)
    return failed


def check(_arguments: list[str]) -> int:
    set_up()
    failed = run_checks()
    if failed:
        raise Failure(", ".join(failed), advice="python3 dev.py check (ruff format and ruff check --fix mend many)")
    return 0


def test(arguments: list[str]) -> int:
    """Checks, then the whole suite where no address but loopback can be reached; closes on pytest's own line."""
    set_up()
    prepare_screen()
    fetch_test_models(*TEST_MODEL_IDS)
    call([venv_python(), "-m", "tests.api_versions.prepare"], "fetching the openai clients")
    failed = [] if arguments else run_checks()
    suite = [str(venv_python()), str(ROOT / "tests" / "offline.py")]
    code = subprocess.call([*suite, *(arguments or SPREAD)], cwd=ROOT)
    if code == 1 and not arguments:
        say("Once more, one after the other, what failed: what passes now leaned on the load and is to be mended.")
        code = subprocess.call([*suite, "--last-failed", "--maxfail=10"], cwd=ROOT)
    if failed:
        raise Failure(", ".join(failed), "their findings stand above the tests", "python3 dev.py check")
    return code


def lesson(arguments: list[str]) -> int:
    """Run a lesson's cells with the openai client, in an environment of its own, against `fireside serve`."""
    set_up()
    fetch_test_models(STARTER)
    folder = ROOT / f".venv-openai-{OPENAI_VERSION}"
    if not venv_python(folder).exists():
        make_venv(folder)
    client = [f"openai=={OPENAI_VERSION}", "python-dotenv"]
    Stamps(folder).step("client", str(client), lambda: pip("installing the openai client", *client, folder=folder))
    seeds = []
    if "--seeds" in arguments:
        at = arguments.index("--seeds")
        seeds, arguments = arguments[at + 1 : at + 2], arguments[:at] + arguments[at + 2 :]
        if not seeds or not seeds[0].isdigit():
            raise Failure("--seeds needs a number", advice="python3 dev.py lesson --seeds 10")
    file = Path(arguments[0]).resolve() if arguments else LESSON
    if not file.is_file():
        raise Failure(f"there is no lesson {file}", advice="python3 dev.py lesson FILE.md")
    return become(
        [venv_python(folder), ROOT / "tests" / "lesson" / "runner.py", file, venv_python(), TEST_MODELS, *seeds]
    )


def llama_server() -> Path:
    """Compile llama.cpp's own server, and its bench beside it, from the sources in the binding's archive, once."""
    if given := os.environ.get("FIRESIDE_LLAMA_SERVER"):
        return Path(given)
    folder = ROOT / "build" / "peer"
    package = pinned("llama-cpp-python")
    binary = folder / "made" / "bin" / ("llama-server.exe" if WINDOWS else "llama-server")
    folder.mkdir(parents=True, exist_ok=True)
    stamps = Stamps(folder)

    def fetch() -> None:
        command = ["pip", "download", "--no-deps", "--no-build-isolation", "--no-binary", ":all:", "-d"]
        Watched("fetching the sources of llama.cpp").run([venv_python(), "-m", *command, folder, package])

    def unpack() -> None:
        shutil.unpack_archive(next(folder.glob("llama_cpp_python-*.tar.gz")), folder, filter="data")

    def compile_server() -> None:
        require_compiler()
        pip("installing cmake", "cmake")
        cmake = venv_python().with_name("cmake.exe" if WINDOWS else "cmake")
        source = next(folder.glob("llama_cpp_python-*/vendor/llama.cpp"))
        off = ["-DCMAKE_BUILD_TYPE=Release", "-DLLAMA_BUILD_SERVER=ON"] + [
            f"-D{name}=OFF" for name in ("LLAMA_CURL", "LLAMA_OPENSSL", "LLAMA_BUILD_UI", "LLAMA_BUILD_TESTS")
        ]
        Watched("preparing llama-server").run([cmake, "-S", source, "-B", folder / "made", *off])
        wanted = ["--config", "Release", "-j", "2", "--target", "llama-server", "llama-bench"]
        Watched("compiling llama-server", "10 to 30 minutes, once").run([cmake, "--build", folder / "made", *wanted])

    for name, step in (("fetch", fetch), ("unpack", unpack), ("compile both", compile_server)):
        stamps.step(name, package, step)
    return binary


def bench(arguments: list[str]) -> int:
    """Measure speed, or with `tools` function calls, against llama.cpp's own programs; or what else is named."""
    set_up()
    os.chdir(ROOT)
    what, rest = (arguments[0], arguments[1:]) if arguments and arguments[0][:2] != "--" else ("speed", arguments)
    given: list[str | Path] = []
    if what == "tools":
        fetch_test_models(STARTER)
        given = [TEST_MODELS, STARTER, f"{STARTER}.gguf", llama_server()]
    elif what == "speed":
        model = STARTER if "--starter" in rest else SMOLLM2
        fetch_test_models(model)
        given = [TEST_MODELS, llama_server().parent, model]
        rest = [word for word in rest if word != "--starter"]
    elif what in ("retrieval", "retrieval_speed"):
        fetch_test_models(MINILM)
        given = [TEST_MODELS]
    return become(
        [venv_python(), "-m", "tests.sandbox.bench" if what == "sandbox" else f"tests.bench.{what}", *given, *rest]
    )


def build(arguments: list[str]) -> int:
    """Freeze the app for this system and run the frozen app's self-test in an empty environment."""
    here = "linux" if LINUX else "windows" if WINDOWS else "macos"
    target = arguments[0] if arguments else here
    if target == "windows" and LINUX:
        set_up()
        return become([venv_python(), ROOT / "packaging" / "windows" / "build.py", *arguments[1:]])
    if target != here:
        raise Failure(f"cannot build for {target} on {here}", advice=f"python3 dev.py build {here}")
    set_up()
    prepare_screen()
    if LINUX and not shutil.which("objdump"):
        install_debian(["binutils"], "PyInstaller needs objdump")
    fetch_test_models(SMOLLM2, MINILM)
    call([venv_python(), ROOT / "packaging" / "build.py"], "building the app")
    return become([venv_python(), ROOT / "packaging" / "selftest.py"])


def shots(arguments: list[str]) -> int:
    set_up()
    prepare_screen()
    return become([venv_python(), "-m", "desktop.shots", "--out", ROOT / "build" / "shots", *arguments])


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "lesson": lesson,
    "bench": bench,
    "build": build,
    "shots": shots,
}


def main(words: list[str]) -> int:
    name, arguments = (words[0], words[1:]) if words else ("help", [])
    command = COMMANDS.get(name)
    if command is None:
        print(USAGE)
        return 0 if name in ("help", "-h", "--help") else 2
    os.environ.setdefault("PYTHONUTF8", "1")
    try:
        return command(arguments)
    except Failure as failure:
        say(f"\nFailed: {failure.what}")
        if failure.why:
            say(failure.why)
        if failure.advice:
            say(f"Next: {failure.advice}")
        say(f"{'Then' if failure.advice else 'Next'}: python3 dev.py {' '.join(words)}")
        return 1
    except KeyboardInterrupt:
        say(f"\nStopped. It goes on from here with: python3 dev.py {' '.join(words)}")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
