"""The policy's tables: which modules, names and attributes model-written code may use, with the words of each refusal.

This is feedback and a first sieve, not the boundary: the jail is. Do not chase every gadget of a library here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Verdict(Enum):
    """What the compiler does with an attribute whose name it can see."""

    PLAIN = "plain"
    GUARDED = "guarded"  # looked at again when it runs
    REFUSED = "refused"


# Names the compiler writes into the code; nobody else may use them.
RESERVED = frozenset({"_getattr_", "_write_", "_import_", "_from_", "_star_", "_show_"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _dunders(text: str) -> frozenset[str]:
    return frozenset(f"__{word}__" for word in text.split())


_STANDARD = _words("""
    abc argparse array ast asyncio base64 binascii bisect bz2 calendar cmath codecs collections colorsys
    concurrent configparser contextlib contextvars copy copyreg csv dataclasses datetime decimal difflib email
    enum errno filecmp fnmatch fractions functools getpass glob graphlib gzip hashlib heapq hmac html imghdr
    inspect io ipaddress itertools json keyword linecache locale logging lzma math mimetypes numbers operator
    os pathlib pickle platform pprint queue quopri random re reprlib sched secrets shlex shutil sqlite3 stat
    statistics string stringprep struct sys tarfile tempfile textwrap threading time timeit token tokenize
    tomllib traceback types typing unicodedata unittest uuid warnings weakref xml zipfile zlib zoneinfo
    __future__ ntpath posixpath
""")
_LIBRARIES = _words("""
    PIL bs4 contourpy cycler dateutil defusedxml docx et_xmlfile fontTools joblib kiwisolver lxml matplotlib
    mpl_toolkits narwhals networkx numpy odf openpyxl packaging pandas patsy plotly polars prettytable pyarrow
    pylab pyparsing pypdf pytz scipy seaborn six sklearn statsmodels sympy mpmath tabulate tqdm
    typing_extensions tzdata wordcloud jieba xlrd xlsxwriter yaml
""")
MODULES = _STANDARD | _LIBRARIES
# Inside a package that is not allowed as a whole, or dangerous parts of one that is.
PARTS_ALLOWED = frozenset({"urllib", "urllib.parse", "urllib.error"})
PARTS_REFUSED = frozenset(
    {
        "numpy.ctypeslib",
        "numpy.f2py",
        "numpy.distutils",
        "concurrent.futures.process",
        "asyncio.subprocess",
        "asyncio.unix_events",
        "xml.sax.xmlreader",
        "matplotlib.testing",
        "joblib.externals",
        "logging.config",
        "logging.handlers",
        "unittest.mock",
    }
)
_NETWORK = _words("""
    aiohttp ftplib http httpx imaplib poplib requests smtplib socket socketserver ssl urllib urllib3
    webbrowser websockets xmlrpc select selectors nntplib telnetlib yfinance
""")
_PROCESSES = frozenset(["multiprocessing", "pexpect", "psutil", "pty", "sh", "signal", "subprocess"])
_PIP = frozenset(["ensurepip", "pip", "setuptools", "venv"])

# Attributes that are refused wherever they stand: ways to frames, code, globals and class trees.
_NEVER = _words("""
    tb_frame tb_next f_back f_builtins f_code f_generator f_globals f_locals f_trace co_code co_consts
    gi_frame gi_code gi_yieldfrom cr_await cr_frame cr_code cr_origin ag_await ag_frame ag_code
    enable_load_extension load_extension ctypeslib mro
""")

# What a class may define and code may name between double underscores.
DUNDER_METHODS = _dunders("""
    init new repr str bytes format hash bool len length_hint iter next reversed contains getitem setitem
    delitem missing lt le eq ne gt ge call enter exit aenter aexit aiter anext await get set delete set_name
    post_init getattr setattr delattr dir copy deepcopy index int float complex round trunc floor ceil abs neg
    pos invert add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or radd rsub rmul
    rmatmul rtruediv rfloordiv rmod rdivmod rpow rlshift rrshift rand rxor ror iadd isub imul imatmul itruediv
    ifloordiv imod ipow ilshift irshift iand ixor ior fspath sizeof instancecheck subclasscheck array
    array_ufunc array_function dataframe
""")
DUNDER_NAMES = DUNDER_METHODS | _dunders("""
    name doc file version all author date license copyright debug class annotations qualname module slots
    match_args future main array_priority
""")
_DUNDER_READS = DUNDER_METHODS | _dunders("""
    name doc version class qualname module annotations slots match_args dataclass_fields members cause context
    traceback notes suppress_context wrapped file all author args origin
""")
_DUNDER_GUARDED = frozenset({"__dict__", "__setattr__", "__delattr__", "__getattr__"})
# Underscored, but part of a public interface.
PUBLIC_UNDERSCORES = _words("""
    _ _append _asdict _fields _field_defaults _make _missing_ _name_ _replace _value_ _repr_html_
    _generate_next_value_
""")

DENIED: Mapping[str, frozenset[str]] = {
    "os": _words("""
    system popen fork forkpty execl execle execlp execlpe execv execve execvp execvpe spawnl spawnle spawnlp
    spawnlpe spawnv spawnve spawnvp spawnvpe posix_spawn posix_spawnp kill killpg abort startfile putenv
    unsetenv setuid setgid setsid setpgid setpgrp setreuid setregid setresuid setresgid setgroups chroot
    mkfifo mknod link symlink nice pidfd_open memfd_create sched_setaffinity sched_setscheduler setxattr
    removexattr unshare setns wait waitpid register_at_fork add_dll_directory openpty login_tty
"""),
    "sys": _words("""
    modules meta_path path_hooks path_importer_cache settrace setprofile addaudithook set_asyncgen_hooks
    call_tracing exc_info last_traceback setswitchinterval breakpointhook unraisablehook excepthook
    displayhook __stdin__ __stdout__ __stderr__ activate_stack_trampoline
"""),
    "inspect": _words("""
    currentframe stack trace getouterframes getinnerframes getframeinfo getattr_static getmembers_static
    getgeneratorlocals getcoroutinelocals getclosurevars getmembers getmodule
"""),
    "types": frozenset(
        ["FunctionType", "CodeType", "LambdaType", "FrameType", "ModuleType", "TracebackType", "CellType"]
    ),
    "typing": frozenset(["get_type_hints", "ForwardRef"]),
    "string": frozenset({"Formatter"}),
    "copyreg": frozenset({"add_extension"}),
    "threading": frozenset(
        ["settrace", "setprofile", "settrace_all_threads", "setprofile_all_threads", "_start_new_thread"]
    ),
    "logging": frozenset({"config", "handlers"}),
    "asyncio": frozenset(["create_subprocess_exec", "create_subprocess_shell", "open_connection", "start_server"]),
    "numpy": frozenset(["ctypeslib", "f2py", "distutils"]),
    "pandas": frozenset({"read_clipboard"}),
    "traceback": frozenset(["walk_stack", "walk_tb", "print_stack", "extract_stack", "format_stack"]),
    "weakref": frozenset({"finalize"}),
}

# Attribute names for which the running code asks the guard: strings' format, denied names, other modules in disguise.
_WATCHED = (
    frozenset({"format", "format_map", "load", "loads", "Unpickler", "read_pickle", "attrgetter", "methodcaller"})
    | frozenset({"timeit", "repeat", "Timer"})
    | frozenset().union(*DENIED.values())
    | _NETWORK
    | _PROCESSES
    | frozenset(
        [
            "ctypes",
            "gc",
            "importlib",
            "code",
            "codeop",
            "runpy",
            "marshal",
            "builtins",
            "site",
            "atexit",
            "resource",
            "mmap",
            "fcntl",
        ]
    )
)


def _is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def attribute(name: str) -> tuple[Verdict, str]:
    """Judge an attribute by its name alone; the text is the refusal."""
    if name in _NEVER:
        return Verdict.REFUSED, f"'.{name}' reaches into the interpreter and is not available here."
    if _is_dunder(name):
        if name in _DUNDER_GUARDED:
            return Verdict.GUARDED, ""
        if name in _DUNDER_READS:
            return Verdict.PLAIN, ""
        return Verdict.REFUSED, f"'.{name}' reaches into the interpreter and is not available here."
    if name in RESERVED:
        return Verdict.REFUSED, f"The name '{name}' is reserved."
    if name.startswith("_") and name not in PUBLIC_UNDERSCORES:
        return Verdict.GUARDED, ""
    return (Verdict.GUARDED if name in _WATCHED else Verdict.PLAIN), ""


def variable(name: str) -> str:
    """Return why a name cannot be used, or nothing."""
    if name in RESERVED:
        return f"The name '{name}' is reserved."
    if _is_dunder(name) and name not in DUNDER_NAMES:
        return f"The name '{name}' is not available here."
    return ""


def module(name: str) -> str:
    """Return why a module cannot be imported, or nothing."""
    if name in PARTS_ALLOWED:
        return ""
    top = name.partition(".")[0]
    parts = name.split(".")
    if any(".".join(parts[: count + 1]) in PARTS_REFUSED for count in range(len(parts))):
        return f"The module '{name}' is not available here."
    if top in MODULES:
        return ""
    if top in _NETWORK:
        return f"The module '{name}' is not available: there is no network here. Use the files in /mnt/data."
    if top in _PROCESSES:
        return f"The module '{name}' is not available: no other programs can be started here."
    if top in _PIP:
        return "Packages cannot be installed here. pandas, numpy, scipy, matplotlib, openpyxl and Pillow are there."
    return f"The module '{name}' is not available here. Write the code in the cell itself, without it."
