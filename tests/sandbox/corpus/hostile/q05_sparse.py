# class: disk
# technique: a sparse file of a terabyte
# success: disk_over 400
import os
f = open('s', 'wb')
try: os.truncate('s', 1 << 40)
except OSError as e: print(e)
f.seek(1 << 38); f.write(b'x'); f.close()
