# class: disk
# technique: folders nested so deeply that paths and recursion of the app overflow
# success: parent_error
import os
for n in range(3000):
    os.mkdir('d'); os.chdir('d')
    open('f', 'w').close()
