# title: linear regression by hand with numpy and a residual plot
# expect: R2 = 1.000
# expect-image: 1
import numpy as np
import matplotlib.pyplot as plt
rng = np.random.default_rng(0)
X = np.column_stack([np.ones(50), np.linspace(0, 5, 50)])
y = X @ np.array([1.0, 2.0]) + rng.normal(0, 0.01, 50)
coef, *_ = np.linalg.lstsq(X, y, rcond=None)
pred = X @ coef
r2 = 1 - ((y - pred) ** 2).sum() / ((y - y.mean()) ** 2).sum()
print(f'R2 = {r2:.3f}', coef.round(1))
fig = plt.figure(figsize=(5, 3))
plt.scatter(pred, y - pred, s=8); plt.axhline(0, color='grey')
fig
