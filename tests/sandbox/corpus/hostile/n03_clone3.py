# class: kernel
# technique: clone3 without CLONE_THREAD
# success: survivors
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nargs = (ctypes.c_uint64 * 11)(); args[4] = 17\nr = libc.syscall(435, ctypes.byref(args), 88)\nif r == 0:\n    import time; time.sleep(6); os._exit(0)\nprint('clone3', r)\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
