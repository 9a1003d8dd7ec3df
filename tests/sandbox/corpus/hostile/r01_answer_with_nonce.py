# class: protocol
# technique: read the nonce from the frames and answer with nonsense of the right shape
# success: parent_error
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport sys, json, struct\nframe = sys._getframe()\nnonce = ''\nwhile frame:\n    request = frame.f_locals.get('request')\n    if isinstance(request, dict) and 'nonce' in request: nonce = request['nonce']\n    frame = frame.f_back\nfor answer in ({'done': nonce, 'status': {'a': 1}, 'html': 1}, {'done': nonce, 'status': ['ok']}, {'done': [nonce]}):\n    body = json.dumps(answer).encode()\n    for fd in range(3, 16):\n        try: os.write(fd, struct.pack('>I', len(body)) + body)\n        except OSError: pass\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
