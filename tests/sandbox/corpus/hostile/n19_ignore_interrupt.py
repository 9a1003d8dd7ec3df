# class: cpu
# technique: ignore the interrupt, then loop
# success: over_time 7
import sys, unittest
source = 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass\n'
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
