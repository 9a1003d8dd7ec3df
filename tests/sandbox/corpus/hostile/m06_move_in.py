# class: fs-write
# technique: move a foreign file into the session
# success: path_missing @@VICTIM@@
import shutil
shutil.move('@@VICTIM@@', '/mnt/data/v.txt')
