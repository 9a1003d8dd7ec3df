# class: native
# technique: open_tree clones a mount, openat beneath it
# success: output_has @@CANARY@@
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfd = libc.syscall(428, -100, b'/', 1)\nprint('tree', fd)\nif fd >= 0: print(os.read(os.open('@@SECRET@@'.lstrip('/'), os.O_RDONLY, dir_fd=fd), 100))\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
