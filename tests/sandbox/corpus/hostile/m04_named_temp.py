# class: fs-write
# technique: tempfile with a folder of its choice
# success: path_exists @@DROP@@/m04
import tempfile, os
f = tempfile.NamedTemporaryFile(dir='@@DROP@@', delete=False, prefix='m04'); f.write(b'x'); f.close()
os.rename(f.name, '@@DROP@@/m04')
