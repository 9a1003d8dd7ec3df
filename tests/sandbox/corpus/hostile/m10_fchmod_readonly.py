# class: metadata-write
# technique: fchmod on a descriptor opened for reading, of a library
# success: output_has FCHMOD_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfd = libc.open(os.__file__.encode(), 0)\nprint('FCHMOD_OK' if fd >= 0 and libc.fchmod(fd, 0o644) == 0 else 'no')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
