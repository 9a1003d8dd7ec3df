# class: kernel
# technique: mount, fsopen, chroot, pivot_root
# success: output_has MOUNT_OK
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfor r in (libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), libc.syscall(430, b'tmpfs', 0), libc.chroot(b'.'), libc.syscall(155, b'.', b'.')):\n    if r >= 0: print('MOUNT_OK')\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
