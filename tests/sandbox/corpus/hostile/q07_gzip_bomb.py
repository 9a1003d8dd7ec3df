# class: memory
# technique: a compressed gigabyte, opened in memory
# success: output_has INFLATED
import zlib
c = zlib.compressobj(9); z = b''.join(c.compress(bytes(1 << 24)) for _ in range(160)) + c.flush()
print('INFLATED', len(zlib.decompress(z)))
