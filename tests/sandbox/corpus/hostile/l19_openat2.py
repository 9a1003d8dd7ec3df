# class: native
# technique: openat2, which a filter cannot look into
# success: output_has @@CANARY@@
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nclass How(ctypes.Structure): _fields_ = [('flags', ctypes.c_uint64), ('mode', ctypes.c_uint64), ('resolve', ctypes.c_uint64)]\nfd = libc.syscall(437, -100, b'@@SECRET@@', ctypes.byref(How()), 24)\nprint(os.read(fd, 100) if fd >= 0 else 'no')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
