# title: variables, functions and imports live from cell to cell
# expect: cell three 14
# expect: True
import numpy as np
data = np.array([1, 2, 3])
def scale(v, k=2): return v * k
# %%
class Model:
    count = 0
    def __init__(self, weight): self._weight = weight; Model.count += 1
    def predict(self, x): return (x * self._weight).sum()
model = Model(scale(data, 1))
# %%
print('cell three', model.predict(data))
'data' in globals() and Model.count == 1
