# class: output
# technique: a thousand pictures
# success: parent_rss 400
import os, tempfile
from PIL import Image
place = os.path.join(tempfile.gettempdir(), 'figures'); os.makedirs(place, exist_ok=True)
image = Image.effect_noise((800, 800), 90)
for n in range(1000): image.save(place + '/%06d.png' % n)
