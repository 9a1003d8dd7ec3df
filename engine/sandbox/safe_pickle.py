"""pickle for model-written code: data and tables are read back, nothing is called that is not a plain type."""

from __future__ import annotations

import io
import pickle  # noqa: TID251  wrapped here so that what it reads cannot call anything
from typing import Any, BinaryIO

_SAFE_BUILTINS = frozenset(
    {
        *("bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object", "set"),
        *("slice", "str", "tuple"),
    }
)
_SAFE_MODULES = ("collections", "datetime", "decimal", "fractions", "uuid", "zoneinfo", "pathlib", "__main__")
_SAFE_PACKAGES = ("numpy", "pandas", "sklearn", "scipy")
# Functions with which arrays and tables put themselves together.
_SAFE_FUNCTIONS = frozenset(
    {
        *("copyreg._reconstructor", "numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar"),
        *("numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar", "numpy._core.numeric._frombuffer"),
        *("pandas._libs.internals._unpickle_block", "pandas.core.indexes.base._new_Index"),
        *("pandas.core.indexes.datetimes._new_DatetimeIndex", "pandas._libs.tslibs.timestamps._unpickle_timestamp"),
        *("pandas._libs.tslibs.timedeltas._timedelta_unpickle", "pandas._libs.tslibs.nattype._nat_unpickle"),
        *("pandas._libs.arrays.__pyx_unpickle_NDArrayBacked", "numpy.random._pickle.__bit_generator_ctor"),
        *("numpy.random._pickle.__generator_ctor", "numpy.random._pickle.__randomstate_ctor"),
    }
)


class Unpickler(pickle.Unpickler):
    """Reads data, numpy arrays, pandas tables and instances of the code's own classes."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Return a type that may be built. Raises UnpicklingError for anything else."""
        full = f"{module_name}.{global_name}"
        top = module_name.partition(".")[0]
        if module_name == "builtins" and global_name in _SAFE_BUILTINS:
            return super().find_class(module_name, global_name)
        if full in _SAFE_FUNCTIONS:
            return super().find_class(module_name, global_name)
        if module_name in _SAFE_MODULES or top in _SAFE_PACKAGES:
            found = super().find_class(module_name, global_name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{full} is not read from pickles here; keep data in CSV, JSON or Excel files.")


def load(file: BinaryIO, **options: Any) -> Any:
    return Unpickler(file, **options).load()


def loads(data: bytes, /, **options: Any) -> Any:
    return Unpickler(io.BytesIO(data), **options).load()


def read_pickle(path: Any, compression: Any = "infer", storage_options: Any = None) -> Any:
    """Read what `DataFrame.to_pickle` wrote."""
    from pandas.io.common import get_handle  # type: ignore[import-untyped]

    with get_handle(path, "rb", compression=compression, is_text=False, storage_options=storage_options) as handles:
        return load(handles.handle)
