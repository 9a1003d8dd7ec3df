# class: native
# technique: open and read by libc, past everything in Python
# success: output_has @@CANARY@@
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nbuffer = ctypes.create_string_buffer(200)\nfd = libc.open(b'@@SECRET@@', 0)\nn = libc.read(fd, buffer, 200)\nprint(n, buffer.raw[:max(n, 0)])\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
