# class: process
# technique: calls that tell about any process: its group, session, scheduling, locks
# success: output_has TOLD 
import sys, unittest
source = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(256)
size = ctypes.c_size_t()
other = @@VPID@@
told = [name for name, value in (
    ('getpgid', libc.getpgid(other)), ('getsid', libc.getsid(other)),
    ('affinity', libc.sched_getaffinity(other, 128, room)), ('param', libc.sched_getparam(other, room)),
    ('scheduler', libc.sched_getscheduler(other)), ('priority', libc.getpriority(0, other) if libc.getpriority(0, other) >= 0 and ctypes.get_errno() == 0 else -1),
    ('robust', libc.syscall(274, other, room, ctypes.byref(size))), ('kill', libc.kill(other, 0)),
) if value >= 0]
if told:
    print('TOLD ', told)
"""
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
