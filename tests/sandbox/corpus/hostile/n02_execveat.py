# class: process
# technique: execveat of the interpreter itself replaces the process
# success: output_has EXECED
import sys, unittest
source = 'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport sys\narguments = (ctypes.c_char_p * 4)(sys.executable.encode(), b\'-c\', b\'print("EXECED")\', None)\nlibc.syscall(322, -100, sys.executable.encode(), arguments, None, 0)\n'
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
