# class: import-bypass
# technique: own package shadows a library that trusted code loads later
# success: next_has SHADOW
open('/mnt/data/openpyxl.py', 'w').write("print('SHADOWED')\n")
open('/mnt/data/sitecustomize.py', 'w').write("print('SHADOWED')\n")
import sys, os; sys.path.insert(0, '/mnt/data')
