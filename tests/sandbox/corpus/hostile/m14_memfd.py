# class: native
# technique: memfd_create: a file that no folder rule sees
# success: output_has MEMFD_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nprint('MEMFD_OK' if libc.syscall(319, b'x', 0) >= 0 else 'no')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
