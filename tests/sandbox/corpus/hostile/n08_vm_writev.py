# class: ptrace
# technique: process_vm_writev into another process
# success: output_has VMWRITE_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nclass V(ctypes.Structure): _fields_ = [('b', ctypes.c_void_p), ('n', ctypes.c_size_t)]\nb = ctypes.create_string_buffer(8)\nr = libc.process_vm_writev(@@VPID@@, ctypes.byref(V(ctypes.addressof(b), 8)), 1, ctypes.byref(V(0x400000, 8)), 1, 0)\nprint('VMWRITE_OK' if r > 0 or ctypes.get_errno() == 14 else 'no')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
