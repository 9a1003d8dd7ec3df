# class: signal
# technique: kill of the outer half and the app by native code; tgkill, rt_tgsigqueueinfo, pidfd
# success: parent_error
# success: victim_dead
import sys, unittest
open('native_part.py', 'w').write("""
import ctypes, os
libc = ctypes.CDLL(None)
for pid in (os.getppid(), @@HOSTPID@@, @@VPID@@, -1, 0, 1):
    print(pid, libc.kill(pid, 9) if pid not in (0,1,-1) else libc.kill(pid, 0), libc.syscall(297, pid, pid, 9, 0), libc.syscall(129, pid, 9, 0))
""")
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
