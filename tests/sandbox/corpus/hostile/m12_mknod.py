# class: native
# technique: a device node of the disk inside the session
# success: output_has MKNOD_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nr = libc.mknod(b'disk', 0o60600, os.makedev(254, 0))\nprint('MKNOD_OK' if r == 0 else 'no')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
