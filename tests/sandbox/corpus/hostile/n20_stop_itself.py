# class: after-run
# technique: stop the own process and its group
# success: over_time 7
import sys, unittest
source = 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport time\nlibc.kill(os.getpid(), 19); libc.kill(0, 19); time.sleep(60)\n'
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
