# class: fs-write
# technique: renameat2(RENAME_EXCHANGE) swaps an own file with a foreign one
# success: path_changed @@VICTIM@@
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nopen('mine', 'w').write('x')\nlibc.syscall(316, -100, b'mine', -100, b'@@VICTIM@@', 2)\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
