# class: protocol
# technique: a daemon thread prints into the next cell
# success: next_has LATE
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport threading, time\ndef late():\n    while True:\n        time.sleep(0.02); os.write(1, b'LATE')\nthreading.Thread(target=late, daemon=True).start()\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
