# title: matplotlib magic is passed over
# expect-image: 1
# expect: mean 4.5
%matplotlib inline
import numpy as np
import matplotlib.pyplot as plt
values = np.arange(10)
print('mean', values.mean())
plt.hist(values, bins=5)
plt.title('Histogram')
