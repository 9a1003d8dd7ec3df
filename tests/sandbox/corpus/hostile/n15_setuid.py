# class: kernel
# technique: change the identity
# success: output_has IDENTITY_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfor r in (libc.setuid(1), libc.setgid(1), libc.setsid(), libc.setpgid(0, 0), libc.personality(0x40000)):\n    if r >= 0: print('IDENTITY_OK')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
