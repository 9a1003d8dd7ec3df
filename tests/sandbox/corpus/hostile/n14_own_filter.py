# class: kernel
# technique: undo the death signal, set the dumpable flag, add an own filter
# success: output_has PRCTL_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfor r in (libc.prctl(1, 0, 0, 0, 0), libc.prctl(4, 1, 0, 0, 0), libc.prctl(22, 1, 0, 0, 0), libc.syscall(317, 0, 0, 0)):\n    if r == 0: print('PRCTL_OK')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
