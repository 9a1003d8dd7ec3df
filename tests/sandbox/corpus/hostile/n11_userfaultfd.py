# class: kernel
# technique: userfaultfd, fanotify, inotify
# success: output_has NOTIFY_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfor r in (libc.syscall(323, 1), libc.syscall(300, 0, 0), libc.syscall(294, 0)):\n    if r >= 0: print('NOTIFY_OK')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
