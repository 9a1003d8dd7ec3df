# class: traversal
# technique: chdir to the root, then relative names
# success: output_has @@CANARY@@
import os
os.chdir('/')
print(open('@@SECRET@@'.lstrip('/')).read())
