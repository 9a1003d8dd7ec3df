# title: Pillow: draw, resize, save; the image is shown
# expect: (200, 100)
# expect-image: 1
# expect-file: 缩略图.png
from PIL import Image, ImageDraw
image = Image.new('RGB', (400, 200), 'white')
draw = ImageDraw.Draw(image)
draw.rectangle((50, 50, 350, 150), outline='red', width=3)
image.thumbnail((200, 200))
image.save('/mnt/data/缩略图.png')
print(image.size)
image
