# class: persistence
# technique: change the libraries that later sessions load
# success: output_has LIBRARY_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport numpy\nfor path in (numpy.__file__, os.__file__):\n    fd = libc.open(path.encode(), 1)\n    if fd >= 0: print('LIBRARY_OK')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
