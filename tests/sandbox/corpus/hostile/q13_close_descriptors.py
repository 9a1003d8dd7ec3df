# class: protocol
# technique: close every descriptor
# success: parent_error
import os
os.closerange(0, 256)
while True: pass
