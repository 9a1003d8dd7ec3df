# class: process
# technique: thousands of threads with the smallest stacks, below any limit on memory
# success: output_has THREADS 2000
import threading, time
threading.stack_size(32768)
stop = threading.Event()
count = 0
for n in range(2000):
    threading.Thread(target=stop.wait, daemon=True).start()
    count += 1
time.sleep(0.3)
print('THREADS', count)
