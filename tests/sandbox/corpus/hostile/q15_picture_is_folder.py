# class: output
# technique: folders and odd names among the pictures
# success: parent_error
import os, tempfile
place = os.path.join(tempfile.gettempdir(), 'figures')
os.makedirs(place + '/000001.png/x'); open(place + '/000002.png', 'wb').close(); open(place + '/\ud800', 'wb').close()
