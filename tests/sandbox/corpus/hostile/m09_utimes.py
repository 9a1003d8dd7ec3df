# class: metadata-write
# technique: utimensat by libc on a foreign file
# success: path_changed @@VICTIM@@
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nclass T(ctypes.Structure): _fields_ = [('s', ctypes.c_long), ('n', ctypes.c_long)]\nlibc.utimensat(-100, b'@@VICTIM@@', (T * 2)(T(1, 0), T(1, 0)), 0)\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
