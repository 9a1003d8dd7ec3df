# class: network
# technique: sockets of every family by number
# success: output_has SOCKET_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfor family, kind in ((1, 2), (2, 1), (2, 3), (10, 1), (16, 3), (17, 3), (40, 1), (38, 5)):\n    if libc.syscall(41, family, kind, 0) >= 0: print('SOCKET_OK', family)\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
