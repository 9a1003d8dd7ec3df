"""Run in the children's program before anything else: their libraries lie in a folder of their own."""

import os
import sys

sys.path.append(os.path.join(sys._MEIPASS, "packages"))  # type: ignore[attr-defined]  # noqa: PTH118  nothing else is loaded yet
