# class: kernel
# technique: setrlimit and prlimit lift the own limits
# success: output_has LIMIT_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nclass L(ctypes.Structure): _fields_ = [('soft', ctypes.c_uint64), ('hard', ctypes.c_uint64)]\nfor r in (libc.setrlimit(9, ctypes.byref(L(1 << 62, 1 << 62))), libc.syscall(302, 0, 9, ctypes.byref(L(1 << 62, 1 << 62)), None), libc.syscall(302, @@VPID@@, 7, ctypes.byref(L(5, 5)), None)):\n    if r == 0: print('LIMIT_OK')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
