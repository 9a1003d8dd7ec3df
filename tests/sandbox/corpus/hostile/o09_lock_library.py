# class: ipc
# technique: locks on shared files: flock on a library file
# success: output_has LOCKED
import os, unittest, sys
open('native_part.py', 'w').write("""
import os, fcntl
f = open(os.__file__)
try:
    fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB); print('LOCKED')
except OSError as e: print(e)
""")
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
