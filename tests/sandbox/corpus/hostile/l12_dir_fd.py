# class: traversal
# technique: openat relative to a descriptor of the working folder
# success: output_has @@CANARY@@
import os
fd = os.open('.', os.O_RDONLY)
for depth in range(1, 20):
    try: print(os.read(os.open('../' * depth + '@@SECRET@@'.lstrip('/'), os.O_RDONLY, dir_fd=fd), 100))
    except OSError: pass
