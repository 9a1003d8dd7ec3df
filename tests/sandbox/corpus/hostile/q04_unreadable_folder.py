# class: disk
# technique: data in folders that cannot be listed
# success: disk_over 400
import os
os.mkdir('h', 0o300); os.chdir('h')
block = b'x' * (8 << 20)
for n in range(60):
    with open('f%d' % n, 'wb') as f: f.write(block)
