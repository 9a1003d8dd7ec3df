"""`fireside doctor`: versions, machine, llama.cpp, jail, home folder and models on one screen, or as JSON."""

from __future__ import annotations

import dataclasses
import json
import platform
import re
import sys
import tempfile
import textwrap
from pathlib import Path

from engine.cli.arguments import Arguments
from engine.cli.terminal import size, width, words_for
from engine.cli.versions import installed_versions, own_version
from engine.cli.words import Words
from engine.errors import FiresideError
from engine.paths import Paths, default_home, models_beside
from engine.sandbox import Sandbox
from engine.settings import SettingsFile
from engine.types import JsonObject
from engine.workers.supervisor import Supervisor
from models import hardware
from models.errors import ModelsError
from models.library import Library
from models.types import InstalledModel

_WORKER_SECONDS = 120.0


def run(args: Arguments) -> int:
    """Examine and report; 1 if something that is there does not work. Opens nothing that a running Fireside holds."""
    paths = Paths((args.home or default_home()).absolute())
    report = examine(paths, verify=args.verify)
    if args.json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(on_one_screen(report, words_for(args.home)))
    return 0 if is_sound(report) else 1


def examine(paths: Paths, *, verify: bool) -> JsonObject:
    """Return everything there is to know, without opening or making a home."""
    machine = hardware.detect()
    nearest = next(folder for folder in (paths.home, *paths.home.parents) if folder.exists())
    return {
        "fireside": own_version(),
        "platform": platform.platform(),
        "versions": installed_versions(),
        "machine": {**dataclasses.asdict(machine), "disk_free": hardware.disk_free(nearest)},
        "llama": _ask_llama(),
        "jail": _try_jail(),
        "home": _home(paths),
        "models": _models(paths, verify=verify),
    }


def is_sound(report: JsonObject) -> bool:
    """Tell whether all that is present works."""
    models_work = all(model["problem"] is None for model in report["models"])
    return models_work and "error" not in report["llama"] and not report["home"]["problems"]


def _ask_llama() -> JsonObject:
    """Ask a fresh inference worker: only that process may load llama.cpp, and it may crash on a broken build."""
    with tempfile.TemporaryDirectory(prefix="fireside-doctor-") as logs:
        supervisor = Supervisor(Path(logs))
        try:
            said = supervisor.worker("inference").call("about", {}, timeout=_WORKER_SECONDS)
        except FiresideError as error:
            return {"error": error.message}
        finally:
            supervisor.close()
    system = str(said["system"])
    return {"backends": backends(system), "gpu": said["gpu"], "system": system}


def backends(untrusted_system: str) -> list[str]:
    """Return the backends a build names in "CPU : AVX2 = 1 | ... | CUDA : ARCHS = 890 | ..."."""
    return re.findall(r"(?:^|\| )(\w[\w.-]{0,30}) :", untrusted_system[:10_000])


def _try_jail() -> JsonObject:
    """Let a jailed process try to get out, as the app does before it offers to run code."""
    with tempfile.TemporaryDirectory(prefix="fireside-doctor-") as folder:
        sandbox = Sandbox(Path(folder), spare=False)
        try:
            return dataclasses.asdict(sandbox.available())
        finally:
            sandbox.close()


def _home(paths: Paths) -> JsonObject:
    settings = SettingsFile(paths.settings) if paths.settings.exists() else None
    database = paths.database.stat().st_size if paths.database.exists() else None
    return {
        "path": str(paths.home),
        "database_bytes": database,
        "network_allowed": settings.current.network_allowed if settings else True,
        "problems": settings.problems if settings else [],
    }


def _models(paths: Paths, *, verify: bool) -> list[JsonObject]:
    library = Library(paths.models, beside=models_beside())
    return [_model(library, model, verify=verify) for model in library.installed()]


def _model(library: Library, model: InstalledModel, *, verify: bool) -> JsonObject:
    problem, matches = model.problem, None
    if verify and problem is None:
        try:
            found = library.verify(model.id)
            matches, problem = found.ok, found.problem
        except ModelsError as error:
            problem = error.message
    return {
        "id": model.id,
        "kind": model.kind,
        "path": str(model.path),
        "bytes": model.size,
        "quantisation": model.header.quantisation if model.header else None,
        "hash_matches": matches,
        "problem": problem,
    }


def on_one_screen(report: JsonObject, words: Words) -> str:
    """Return the report for people."""
    machine, home, llama, jail = report["machine"], report["home"], report["llama"], report["jail"]
    gpus = ", ".join(f"{g['name']} ({g['backend']}, {size(g['memory_total'])})" for g in machine["gpus"])
    versions = ", ".join(f"{name} {version or '-'}" for name, version in report["versions"].items())
    database = size(home["database_bytes"]) if home["database_bytes"] is not None else words("doctor_unused")
    rows = [
        ("Fireside", f"{report['fireside']}, {report['platform']}"),
        (words("doctor_versions"), versions),
        (words("doctor_processor"), f"{machine['processor']}, {machine['physical_cores']}/{machine['cores']}"),
        (words("doctor_memory"), f"{size(machine['memory_free'])} / {size(machine['memory_total'])}"),
        (words("doctor_gpus"), gpus or words("none")),
        ("llama.cpp", llama.get("error") or _llama_line(llama)),
        (words("doctor_jail"), _jail_line(jail, words)),
        (words("doctor_home"), f"{home['path']} ({database}; {size(machine['disk_free'])} {words('doctor_free')})"),
        *((words("doctor_problem"), problem) for problem in home["problems"]),
    ]
    models = [
        f"  {model['id']}  {size(model['bytes'])}  {model['kind']}  {_model_state(model, words)}"
        for model in report["models"]
    ]
    broad = max(width(name) for name, _ in rows) + 2
    lines = [f"{name}:{' ' * (broad - width(name) - 1)}{_wrapped(value, broad)}" for name, value in rows]
    return "\n".join([*lines, words("doctor_models"), *(models or [f"  {words('none')}"])]) + "\n"


def _wrapped(value: str, indent: int) -> str:
    return f"\n{' ' * indent}".join(textwrap.wrap(value, 100) or [""])


def _llama_line(llama: JsonObject) -> str:
    features = re.findall(r"(\w+) = 1", llama["system"])
    return f"{', '.join(llama['backends'])} ({', '.join(features)})"


def _jail_line(jail: JsonObject, words: Words) -> str:
    """Say whether code may run, with the walls that stand and, marked, those that do not."""
    walls = [wall["name"] if wall["standing"] else words("doctor_no_wall", wall=wall["name"]) for wall in jail["walls"]]
    verdict = words("doctor_jail_holds") if jail["available"] else f"{words('doctor_jail_off')} {jail['reason']}"
    return f"{verdict} ({', '.join(walls)})" if walls else verdict


def _model_state(model: JsonObject, words: Words) -> str:
    if model["problem"]:
        return str(model["problem"])
    return words("doctor_hash_ok") if model["hash_matches"] else words("ok")
