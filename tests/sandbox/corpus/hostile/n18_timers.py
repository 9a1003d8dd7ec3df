# class: after-run
# technique: a timer signal that fires after the cell
# success: next_has TIMER
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport signal\nsignal.signal(signal.SIGALRM, lambda *a: print('TIMER'))\ntry: signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)\nexcept OSError as e: print(e)\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
