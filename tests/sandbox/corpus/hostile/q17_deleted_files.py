# class: disk
# technique: files deleted while open take space that no folder shows
# success: output_has HELD 900
import os, time
held = []
for n in range(9):
    file = open(f'/mnt/data/d{n}', 'wb')
    os.remove(f'/mnt/data/d{n}')
    for _ in range(100):
        file.write(b'x' * (1 << 20))
    file.flush()
    held.append(file)
    time.sleep(0.1)
print('HELD', 100 * len(held))
