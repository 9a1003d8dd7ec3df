"""What the compiled code calls while it runs: guarded attributes, imports, strings' format, eval; inside the child."""

from __future__ import annotations

import builtins
import importlib
import string
import sys
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, ModuleType
from typing import Any, NoReturn

from engine.sandbox import rules, safe_pickle
from engine.sandbox.rules import Verdict

OWN_MODULE = "__main__"  # where classes say they are from that the model's code defines
Compiler = Callable[[str, str, str], CodeType]  # source, file name, mode


class Refusal(Exception):
    """The policy said no; the text is for the model."""


class RefusedAttribute(AttributeError, Refusal):
    """An attribute that is not available here."""


class RefusedImport(ImportError, Refusal):
    """A module that is not available here."""


def _is_own(value: object) -> bool:
    """Return whether a value is a class of the model's code, or an instance of one."""
    kind = value if isinstance(value, type) else type(value)
    return bool(type.__getattribute__(kind, "__module__") == OWN_MODULE)


def _defines(value: object, name: str) -> bool:
    """Return whether an underscored attribute comes from the model's own classes, not from one they inherit from."""
    if not _is_own(value):
        return type(value).__name__ == "function" and getattr(value, "__module__", "") == OWN_MODULE
    kind = value if isinstance(value, type) else type(value)
    for base in kind.__mro__:
        if name in vars(base):
            return _is_own(base)
    return True  # set on the instance, or missing


class SafeFormatter(string.Formatter):
    """`str.format` whose field names pass the same guard as code."""

    def __init__(self, reach: Callable[[Any, str], Any]) -> None:
        self._reach = reach

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, Any]:
        first, rest = string._string.formatter_field_name_split(field_name)  # type: ignore[attr-defined]
        value = self.get_value(first, args, kwargs)
        for is_attribute, key in rest:
            value = self._reach(value, key) if is_attribute else value[key]
        return value, first


class Guards:
    """The functions behind the reserved names. One set per process; `namespace` is where the cells live."""

    def __init__(
        self, namespace: dict[str, Any], compiler: Compiler, on_import: Callable[[str], None] = lambda _name: None
    ) -> None:
        self._namespace, self._compile, self._on_import = namespace, compiler, on_import
        self._replaced: Mapping[tuple[str, str], Any] = {
            ("operator", "attrgetter"): self._attrgetter,
            ("operator", "methodcaller"): self._methodcaller,
            ("pickle", "load"): safe_pickle.load,
            ("pickle", "loads"): safe_pickle.loads,
            ("pickle", "Unpickler"): safe_pickle.Unpickler,
            ("pandas", "read_pickle"): safe_pickle.read_pickle,
            ("timeit", "timeit"): _refuse_strings("timeit"),
            ("timeit", "repeat"): _refuse_strings("repeat"),
            ("timeit", "Timer"): _refuse_strings("Timer"),
        }

    def names(self) -> dict[str, Any]:
        """Return the reserved names with their functions."""
        return {"_getattr_": self.getattr, "_write_": self.write, "_import_": self.import_module} | {
            "_from_": self.import_from,
            "_star_": self.import_star,
        }

    def builtins(self) -> dict[str, Any]:
        """Return the built-in names for the code. The real `__import__` stays: C extensions need it."""
        replaced: dict[str, Any] = {
            "getattr": self._getattr_builtin,
            "hasattr": self._hasattr,
            "setattr": lambda value, name, new: setattr(self.write(value, name), name, new),
            "delattr": lambda value, name: delattr(self.write(value, name), name),
            "vars": self._vars,
            "globals": lambda: dict(self._namespace),
            "locals": lambda: dict(sys._getframe(1).f_locals),
            "eval": self._eval,
            "exec": self._exec,
            "compile": _refuse_compile,
            "input": _refuse_input,
            "exit": _leave,
            "quit": _leave,
        }
        kept = {name: value for name, value in vars(builtins).items() if name not in ("breakpoint", "license", "help")}
        return {**kept, **replaced}

    # ------------------------------------------------------------------------------------------- attributes

    def getattr(self, value: Any, name: str) -> Any:
        """Read an attribute that the compiler could not decide. Raises RefusedAttribute."""
        self._check(value, name)
        if name in ("format", "format_map") and (isinstance(value, str) or value is str):
            return self._format(value, name)
        if name in ("__setattr__", "__delattr__"):
            return self._setter(value, name)
        if isinstance(value, ModuleType):
            return self._from_module(value, name)
        found = getattr(value, name)
        if isinstance(found, ModuleType):
            self._check_module(found.__name__)
        return found

    def _check(self, value: Any, name: Any) -> None:
        if type(name) is not str:
            raise TypeError("an attribute name must be a plain string")
        verdict, refusal = rules.attribute(name)
        if verdict is Verdict.REFUSED:
            raise RefusedAttribute(refusal)
        if name == "__dict__" and not (_is_own(value) or type(value).__name__ in ("SimpleNamespace", "Namespace")):
            raise RefusedAttribute("'.__dict__' is available for your own classes only.")
        single = name.startswith("_") and not name.startswith("__") and name not in rules.PUBLIC_UNDERSCORES
        if single and not _defines(value, name):
            raise RefusedAttribute(f"'.{name}' is internal to {type(value).__name__} and is not available here.")

    def _from_module(self, source: ModuleType, name: str) -> Any:
        module_name = {"posixpath": "os.path", "ntpath": "os.path"}.get(source.__name__, source.__name__)
        top = module_name.partition(".")[0]
        if name in rules.DENIED.get(module_name, ()) or (module_name == top and name in rules.DENIED.get(top, ())):
            raise RefusedAttribute(f"'{module_name}.{name}' is not available here.")
        if (replaced := self._replaced.get((module_name, name))) is not None:
            return replaced
        found = getattr(source, name)
        if isinstance(found, ModuleType):
            self._check_module(found.__name__)
        return found

    @staticmethod
    def _check_module(name: str) -> None:
        refusal = rules.module(name)
        if refusal:
            raise RefusedAttribute(refusal)

    def write(self, value: Any, name: str) -> Any:
        """Return the value if its attribute may be set or deleted. Raises RefusedAttribute."""
        if type(name) is not str:
            raise TypeError("an attribute name must be a plain string")
        if isinstance(value, ModuleType):
            raise RefusedAttribute(
                f"'{value.__name__}.{name}' cannot be changed: modules are shared."
                + (" Use contextlib.redirect_stdout." if name in ("stdout", "stderr") else "")
            )
        if isinstance(value, type) and not _is_own(value):
            raise RefusedAttribute(f"The class {value.__name__} cannot be changed: it belongs to a library.")
        verdict, refusal = rules.attribute(name)
        if verdict is Verdict.REFUSED or name in ("__class__", "__dict__"):
            raise RefusedAttribute(refusal or f"'.{name}' cannot be changed here.")
        if name.startswith("_") and not name.startswith("__") and not _defines(value, name):
            raise RefusedAttribute(f"'.{name}' is internal to {type(value).__name__} and cannot be changed.")
        return value

    def _setter(self, value: Any, name: str) -> Any:
        real = getattr(value, name)

        def checked(*arguments: Any) -> None:
            # unbound: (object, name[, new]); bound: (name[, new])
            unbound = isinstance(value, type)
            self.write(arguments[0] if unbound else value, arguments[1] if unbound else arguments[0])
            real(*arguments)

        return checked

    def _format(self, value: Any, name: str) -> Any:
        formatter = SafeFormatter(self.getattr)
        if name == "format_map":
            return lambda *given: formatter.vformat(
                *((given[0], (), given[1]) if value is str else (value, (), given[0]))
            )
        if value is str:
            return lambda text, *args, **kwargs: formatter.vformat(text, args, kwargs)
        return lambda *args, **kwargs: formatter.vformat(value, args, kwargs)

    def _attrgetter(self, *names: str) -> Callable[[Any], Any]:
        def one(value: Any, path: str) -> Any:
            for name in path.split("."):
                value = self.getattr(value, name)
            return value

        def get(value: Any) -> Any:
            found = tuple(one(value, path) for path in names)
            return found[0] if len(found) == 1 else found

        return get

    def _methodcaller(self, name: str, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        return lambda value: self.getattr(value, name)(*args, **kwargs)

    # ---------------------------------------------------------------------------------------------- imports

    def import_module(self, name: str, *, whole: bool) -> Any:
        """Import `a.b.c`; return `a`, or `a.b.c` itself if it is `whole`. Raises RefusedImport."""
        refusal = rules.module(name)
        if refusal:
            raise RefusedImport(refusal, name=name)
        module = importlib.import_module(name)
        self._on_import(name)
        return module if whole else sys.modules[name.partition(".")[0]]

    def import_from(self, module: str, names: tuple[str, ...]) -> Iterator[Any]:
        """Import names from a module, in order. Raises RefusedImport, ImportError."""
        source = self.import_module(module, whole=True)
        return iter([self._member(source, module, name) for name in names])

    def _member(self, source: Any, module: str, name: str) -> Any:
        try:
            return self.getattr(source, name)
        except Refusal as refusal:
            raise RefusedImport(str(refusal), name=module) from None
        except AttributeError:
            try:
                return self.import_module(f"{module}.{name}", whole=True)
            except ModuleNotFoundError:
                raise ImportError(f"cannot import name '{name}' from '{module}'", name=module) from None

    def import_star(self, module: str) -> None:
        """Do `from module import *` into the cells' namespace. Raises RefusedImport."""
        source = self.import_module(module, whole=True)
        public = getattr(source, "__all__", None) or [name for name in vars(source) if not name.startswith("_")]
        for name in public:
            if not rules.variable(name):
                self._namespace[name] = self._member(source, module, name)

    # --------------------------------------------------------------------------------------------- builtins

    def _getattr_builtin(self, value: Any, name: str, *default: Any) -> Any:
        try:
            return self.getattr(value, name)
        except Refusal:
            raise
        except AttributeError:
            if default:
                return default[0]
            raise

    def _hasattr(self, value: Any, name: str) -> bool:
        try:
            self.getattr(value, name)
        except AttributeError:
            return False
        return True

    def _vars(self, *values: Any) -> Any:
        return self.getattr(values[0], "__dict__") if values else dict(sys._getframe(1).f_locals)

    def _eval(self, source: Any, scope: Any = None, local: Any = None) -> Any:
        frame = sys._getframe(1)
        local = _without_reserved(local) if local is not None else self._local(scope, frame)
        return eval(self._code(source, "eval"), self._scope(scope), local)  # noqa: S307  compiled under the policy

    def _exec(self, source: Any, scope: Any = None, local: Any = None) -> None:
        frame = sys._getframe(1)
        local = _without_reserved(local) if local is not None else self._local(scope, frame)
        exec(self._code(source, "exec"), self._scope(scope), local)  # noqa: S102  compiled under the policy

    def _code(self, source: Any, mode: str) -> CodeType:
        if not isinstance(source, str):
            raise RefusedAttribute("eval and exec take text here, not compiled code.")
        return self._compile(str(source).strip() if mode == "eval" else str(source), "<string>", mode)

    def _scope(self, scope: Any) -> dict[str, Any]:
        if scope is None:
            return self._namespace
        return {**scope, **{name: self._namespace[name] for name in ("__builtins__", *self.names())}}

    @staticmethod
    def _local(scope: Any, frame: Any) -> Any:
        return None if scope is not None or frame.f_locals is frame.f_globals else frame.f_locals


def _without_reserved(local: Any) -> Any:
    """Return a local scope for eval and exec. Raises RefusedAttribute if it brings guards of its own."""
    if not isinstance(local, dict) or not rules.RESERVED.isdisjoint(local):
        raise RefusedAttribute("The local names for eval and exec must be a dict without reserved names.")
    return local


def _refuse_compile(*_arguments: Any, **_more: Any) -> NoReturn:
    raise RefusedAttribute("compile() is not available here; write the code in the cell.")


def _refuse_input(_prompt: object = "", /) -> NoReturn:
    raise EOFError("input() has nobody to ask here. Put the values into the code.")


def _leave(code: object = None) -> NoReturn:
    raise SystemExit(code)


def _refuse_strings(name: str) -> Callable[..., Any]:
    def checked(stmt: Any = "pass", setup: Any = "pass", *args: Any, **kwargs: Any) -> Any:
        import timeit

        if isinstance(stmt, str) or (isinstance(setup, str) and setup != "pass"):
            raise RefusedAttribute(f"timeit.{name} takes a function here, not text.")
        kwargs.pop("globals", None)
        return getattr(timeit, name)(stmt, setup, *args, **kwargs)

    return checked
