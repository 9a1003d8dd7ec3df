# class: kernel
# technique: system call by the 32-bit gate from own machine code
# success: output_has INT80_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport mmap\npage = mmap.mmap(-1, 4096, prot=7)\npage.write(bytes.fromhex('b814000000cd80c3'))  # mov eax, 20 (getpid); int 0x80; ret\ncall = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))\nprint('INT80_OK', call())\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
