# class: disk
# technique: data hidden below many folders
# success: disk_over 400
import os
for n in range(60): os.mkdir('d'); os.chdir('d')
block = b'x' * (8 << 20)
for n in range(60):
    with open('f%d' % n, 'wb') as f: f.write(block)
