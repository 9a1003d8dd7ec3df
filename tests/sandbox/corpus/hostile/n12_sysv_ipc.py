# class: ipc
# technique: System V shared memory, queues and semaphores
# success: output_has SYSV_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfor r in (libc.shmget(0x5b5b, 4096, 0o1600), libc.msgget(0x5b5b, 0o1600), libc.semget(0x5b5b, 1, 0o1600)):\n    if r >= 0: print('SYSV_OK')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
