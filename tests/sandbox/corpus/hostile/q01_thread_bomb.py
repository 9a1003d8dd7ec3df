# class: cpu
# technique: threads without end
# success: survivors
import threading, time
try:
    while True: threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
except Exception as e: print(type(e))
