"""The grammar of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.cli.versions import own_version

_EPILOG = """exit codes: 0 done, 1 it could not be done (one sentence says why), 2 wrong usage, 130 interrupted

examples:
  fireside                               open the window
  fireside models get qwen2.5-coder-1.5b-instruct-q4_k_m
  fireside models grade qwen2.5-coder-1.5b-instruct-q4_k_m
  fireside chat "What is a Kangxi radical?"
  fireside ingest notes/ --store Notes   then: fireside search Notes "when is the rent due"
  fireside import openai export/         what the hosted Assistants API returned, as JSON
  fireside backup fireside.fireside-backup
  fireside serve --port 8321             then: OpenAI(base_url="http://127.0.0.1:8321/v1", api_key=...)
"""

OPENS = frozenset({".fireside", ".gguf"})
"""What the window takes when it is started with files: shared assistants, and models."""
_COMMANDS = frozenset(
    {"serve", "chat", "models", "search", "ingest", "stores", "import", "backup", "restore", "sandbox", "doctor"}
)


@dataclass(slots=True)
class Arguments(argparse.Namespace):
    """What may be given; each command reads its own part."""

    command: str | None = None
    home: Path | None = None
    selftest: bool = False
    model_file: Path | None = None
    report: Path | None = None
    # serve
    port: int | None = None
    api_key: str | None = None
    ipv6: bool = False
    # chat
    text: list[str] = field(default_factory=list)
    assistant: str | None = None
    model: str | None = None
    # models, import, backup, restore
    action: str = ""
    model_id: str = ""
    file: Path = field(default_factory=Path)
    # search, ingest
    store: str = ""
    query: str = ""
    limit: int = 5
    paths: list[Path] = field(default_factory=list)
    # sandbox; without a command, what the window is to open
    files: list[Path] = field(default_factory=list)
    mount: list[Path] = field(default_factory=list)
    seconds: float = 5.0
    out: Path | None = None
    # doctor
    json: bool = False
    verify: bool = False


def parse(argv: Sequence[str]) -> Arguments:
    """Read the arguments; prints usage and exits with 2 when they make no sense, as argparse does."""
    rest = list(argv)
    opened: list[Path] = []
    # Systems start an app with the files that were double-clicked, and no command before them.
    while rest and not _COMMANDS & set(rest) and _is_opened(*["", *rest][-2:]):
        opened.insert(0, Path(rest.pop()))
    args = _parser().parse_args(rest, namespace=Arguments())
    args.files = args.files or opened
    return args


def _is_opened(before: str, name: str) -> bool:
    return Path(name).suffix.lower() in OPENS and before not in ("--home", "--model-file", "--report")


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--home",
        type=Path,
        default=argparse.SUPPRESS,  # so that a command's default does not undo `fireside --home DIR COMMAND`
        metavar="DIR",
        help="the folder that keeps everything (default: FIRESIDE_HOME, else the system's place for application data)",
    )
    parser = argparse.ArgumentParser(
        prog="fireside",
        description="Private assistants on your own computer. Without a command the window opens.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"fireside {own_version()}")
    parser.add_argument("--selftest", action="store_true", help="use every part once, report as JSON")
    parser.add_argument("--model-file", type=Path, metavar="FILE", help="the model --selftest chats with (a GGUF)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write --selftest's report there")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _add_serve(commands.add_parser("serve", parents=[common], help="serve the API on this computer only"))
    _add_chat(commands.add_parser("chat", parents=[common], help="chat in the terminal"))
    _add_models(commands.add_parser("models", parents=[common], help="list, fetch, add and remove models"), common)
    _add_search(commands.add_parser("search", parents=[common], help="find passages in a store of files"))
    _add_ingest(commands.add_parser("ingest", parents=[common], help="read files and folders into a store"))
    stores = commands.add_parser("stores", parents=[common], help="list the stores of files")
    stores.add_argument("--json", action="store_true", help="for programs")
    _add_import(commands.add_parser("import", parents=[common], help="take over data from elsewhere"), common)
    _add_backup(commands.add_parser("backup", parents=[common], help="write everything but models into one file"))
    _add_restore(commands.add_parser("restore", parents=[common], help="put a backup in the place of what is there"))
    _add_sandbox(commands.add_parser("sandbox", help="try the code interpreter's jail with your own code"), common)
    doctor = commands.add_parser("doctor", parents=[common], help="show what this machine and installation can do")
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.add_argument("--verify", action="store_true", help="read every model file and compare its hash (slow)")
    return parser


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--port", type=_port, metavar="N", help="0 takes any free one (default: as in the settings)")
    serve.add_argument("--api-key", metavar="KEY", help="use this key instead of the one kept in the home folder")
    serve.add_argument("--ipv6", action="store_true", help="listen on ::1 as well")


def _add_chat(chat: argparse.ArgumentParser) -> None:
    chat.add_argument("text", nargs="*", help="one message to answer; without it, a conversation")
    chat.add_argument("--assistant", metavar="NAME", help="name or id of the assistant that answers")
    chat.add_argument("--model", metavar="ID", help="the model to use instead of the assistant's own")


def _add_models(models: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = models.add_subparsers(dest="action", metavar="ACTION", required=True, title="actions")
    actions.add_parser("list", parents=[common], help="what is installed and what could be")
    actions.add_parser("recommend", parents=[common], help="what suits this machine, and why")
    for name, words in (("get", "download a model; resumes where it stopped"), ("remove", "delete a model's file")):
        action = actions.add_parser(name, parents=[common], help=words)
        action.add_argument("model_id", metavar="ID")
    grade = actions.add_parser("grade", parents=[common], help="measure how well a model calls functions (minutes)")
    grade.add_argument("model_id", metavar="ID")
    grade.add_argument("--json", action="store_true", help="for programs")
    add = actions.add_parser("import", parents=[common], help="copy a GGUF or a model folder into the home folder")
    add.add_argument("file", type=Path, metavar="FILE")


def _add_search(search: argparse.ArgumentParser) -> None:
    search.add_argument("store", metavar="STORE", help="id or name, as `fireside stores` lists them")
    search.add_argument("query", metavar="QUERY")
    search.add_argument("--limit", type=_results, default=5, metavar="N", help="passages to show (default: 5)")
    search.add_argument("--json", action="store_true", help="for programs: with every score, and what was cut and why")


def _add_ingest(ingest: argparse.ArgumentParser) -> None:
    ingest.description = (
        "Ctrl-C stops; the same command goes on where it stopped. Nothing is read twice: a file is known by its name "
        "and content."
    )
    ingest.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="a file, or a folder with all below it")
    ingest.add_argument(
        "--store", default="", metavar="NAME", help="id or name; made if there is none (default: the folder's name)"
    )


def _add_import(imports: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = imports.add_subparsers(dest="action", metavar="SOURCE", required=True, title="sources")
    openai = actions.add_parser(
        "openai",
        parents=[common],
        help="assistants, threads and messages as the JSON that the Assistants API returned",
        description="Reads objects, list pages and JSON lines (.json, .jsonl) and the contents of files beside them, "
        "named by their id or their own name. Ids are kept; what is here already stays as it is.",
    )
    openai.add_argument("file", type=Path, metavar="DIR|FILE")


def _add_backup(backup: argparse.ArgumentParser) -> None:
    backup.description = (
        "Chats, assistants, files and settings go into one file, which is then read again and checked. Not in it: "
        "models, caches, the API's key, and files of followed folders, which lie where you keep them."
    )
    backup.add_argument("file", type=Path, metavar="FILE")


def _add_restore(restore: argparse.ArgumentParser) -> None:
    restore.description = (
        "The backup is unpacked and checked first; what the home folder holds is moved aside into a folder in it, "
        "never deleted. Restore only what you backed up yourself: it can bring programs along that assistants start."
    )
    restore.add_argument("file", type=Path, metavar="FILE")


def _add_sandbox(sandbox: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = sandbox.add_subparsers(dest="action", metavar="ACTION", required=True, title="actions")
    run = actions.add_parser("run", parents=[common], help="run files as successive cells of one session")
    run.add_argument("files", type=Path, nargs="+", metavar="FILE", help="Python; lines of `# %%%%` separate cells")
    run.add_argument("--mount", type=Path, action="append", default=[], metavar="PATH", help="copy it to /mnt/data")
    run.add_argument(
        "--seconds", type=_seconds, default=5.0, metavar="N", help="the longest a cell may run (default: 5)"
    )
    run.add_argument("--out", type=Path, metavar="DIR", help="where files and images go (default: a new folder)")
    run.add_argument("--json", action="store_true", help="for programs: one object a line")


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 3600:
        raise argparse.ArgumentTypeError("seconds are a number above 0, at most 3600")
    return number


def _results(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 50:
        raise argparse.ArgumentTypeError("passages are a number from 1 to 50")
    return int(text)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)
