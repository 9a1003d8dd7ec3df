# class: fs-write
# technique: rename over a foreign file
# success: path_changed @@VICTIM@@
import os
open('mine', 'w').write('changed')
os.replace('mine', '@@VICTIM@@')
