# title: scipy: fit, test, optimise
# expect: p < 0.05
# expect: minimum 2.00
# expect: slope 2.0
import numpy as np
from scipy import stats, optimize
rng = np.random.default_rng(1)
a, b = rng.normal(0, 1, 100), rng.normal(1, 1, 100)
t, p = stats.ttest_ind(a, b)
print('p < 0.05' if p < 0.05 else 'p >= 0.05')
print(f"minimum {optimize.minimize_scalar(lambda x: (x - 2) ** 2).x:.2f}")
print(f"slope {stats.linregress([0, 1, 2], [1, 3, 5]).slope:.1f}")
