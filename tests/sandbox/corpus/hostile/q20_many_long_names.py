# class: output
# technique: fifty thousand produced files with long names in a moment
# success: parent_rss 150
# success: over_time 7
import os
try:
    n = 0
    while True:
        os.close(os.open(('f%d' % n).ljust(250, 'x'), os.O_CREAT | os.O_WRONLY)); n += 1
except BaseException as e: print(type(e), n)
