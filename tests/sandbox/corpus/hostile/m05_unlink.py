# class: fs-write
# technique: delete a foreign file
# success: path_missing @@VICTIM@@
import os
for delete in (os.unlink, os.remove):
    try: delete('@@VICTIM@@')
    except OSError as e: print(e)
