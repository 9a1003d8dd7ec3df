# class: fs-write
# technique: O_TMPFILE in a foreign folder
# success: output_has TMPFILE_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfd = libc.open(b'@@DROP@@', 0o20200000 | 2, 0o600)\nprint('TMPFILE_OK' if fd >= 0 else 'no')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
