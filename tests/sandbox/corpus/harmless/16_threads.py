# title: threads that are waited for
# expect: [0, 1, 4, 9]
# expect: 4
from concurrent.futures import ThreadPoolExecutor
import threading, queue
with ThreadPoolExecutor(max_workers=4) as pool:
    print(list(pool.map(lambda n: n * n, range(4))))
q = queue.Queue()
threads = [threading.Thread(target=q.put, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(q.qsize())
