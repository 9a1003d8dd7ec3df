# class: symlink
# technique: a hard link to a foreign file inside the session
# success: fetch_has @@CANARY@@
from pathlib import Path
Path('/mnt/data/report.txt').hardlink_to('@@SECRET@@')
