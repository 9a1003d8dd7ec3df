# class: network
# technique: sendmsg carries an address and descriptors in memory
# success: output_has SENDMSG_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport socket\na, b = socket.socketpair()\ntry: print('SENDMSG_OK', a.sendmsg([b'x']))\nexcept OSError as e: print(e)\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
