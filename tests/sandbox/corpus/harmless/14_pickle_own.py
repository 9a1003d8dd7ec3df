# title: pickle of own objects and a table, joblib-free
# expect: [1, 2, 3] 2.5
# expect: 8
import pickle
import pandas as pd
class Box:
    def __init__(self, items, price): self.items, self.price = items, price
with open('/mnt/data/box.pkl', 'wb') as f: pickle.dump(Box([1, 2, 3], 2.5), f)
with open('/mnt/data/box.pkl', 'rb') as f: box = pickle.load(f)
print(box.items, box.price)
pd.read_csv('/mnt/data/sales.csv').to_pickle('/mnt/data/t.pkl')
print(len(pd.read_pickle('/mnt/data/t.pkl')))
