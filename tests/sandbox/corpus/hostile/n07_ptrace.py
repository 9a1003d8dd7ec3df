# class: ptrace
# technique: PTRACE_SEIZE of another process
# success: output_has PTRACE_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nprint('PTRACE_OK' if libc.ptrace(0x4206, @@VPID@@, None, None) == 0 else 'no')\nprint('PTRACE_OK' if libc.ptrace(0x4206, @@HOSTPID@@, None, None) == 0 else 'no')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
