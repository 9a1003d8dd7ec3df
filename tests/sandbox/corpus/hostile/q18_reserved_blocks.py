# class: disk
# technique: fallocate reserves blocks beyond the end of a file, whose size stays zero
# success: output_has RESERVED 900
import sys, unittest
source = """
import ctypes, time
libc = ctypes.CDLL(None)
files = []
for n in range(9):
    files.append(open(f'/mnt/data/r{n}', 'wb'))
    if libc.fallocate(files[-1].fileno(), 1, ctypes.c_long(0), ctypes.c_long(100 << 20)) != 0:
        raise OSError('fallocate')
    time.sleep(0.1)
print('RESERVED', 100 * len(files))
"""
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
