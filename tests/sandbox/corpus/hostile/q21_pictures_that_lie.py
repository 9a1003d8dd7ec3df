# class: output
# technique: pictures folder holds a file that grows; png of another kind of lie
# success: img_over 8192
# success: parent_error
import os, struct, zlib, tempfile
d = os.path.join(tempfile.gettempdir(), 'figures'); os.makedirs(d, exist_ok=True)
def chunk(t, b): return struct.pack('>I', len(b)) + t + b + struct.pack('>I', zlib.crc32(t + b))
for n, (w, h) in enumerate([(8192, 8192), (0, 5), (1 << 31, 1), (5, 5)], 1):
    open(f'{d}/{n:06}.png', 'wb').write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, 8, 6, 0, 0, 0)) + chunk(b'IEND', b''))
open(d + '/000009.png', 'wb').write(b'')
