# class: disk
# technique: fill the folder for temporary files instead
# success: disk_over 400
import tempfile
block = b'x' * (16 << 20)
kept = []
for n in range(40):
    f = tempfile.NamedTemporaryFile(delete=False); f.write(block); kept.append(f)
