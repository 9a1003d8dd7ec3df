# class: kernel
# technique: a new user namespace for new powers
# success: output_has UNSHARE_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nprint('UNSHARE_OK' if libc.unshare(0x10000000) == 0 else 'no')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
