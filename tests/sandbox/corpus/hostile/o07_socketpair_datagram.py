# class: network
# technique: a datagram socket pair can send to any Unix address
# success: output_has PAIR_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\npair = (ctypes.c_int * 2)()\nprint('PAIR_OK' if libc.socketpair(1, 2, 0, pair) == 0 else 'no')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
