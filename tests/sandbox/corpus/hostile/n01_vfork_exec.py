# class: process
# technique: vfork and execve by number
# success: path_exists @@DROP@@/n01
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nr = libc.syscall(58)\nif r == 0:\n    libc.execl(b'/usr/bin/touch', b'touch', b'@@DROP@@/n01', None)\n    libc._exit(0)\nprint(r)\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
