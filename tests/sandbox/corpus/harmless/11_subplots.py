# title: subplots, twin axis, annotation, log scale, seaborn style
# expect-image: 1
# expect-file: 图.pdf
import numpy as np
import matplotlib.pyplot as plt
plt.style.use('seaborn-v0_8-whitegrid')
fig, axes = plt.subplots(2, 2, figsize=(8, 6), constrained_layout=True)
x = np.linspace(0.1, 10, 50)
axes[0, 0].plot(x, np.log(x), label='对数'); axes[0, 0].legend()
axes[0, 1].semilogy(x, np.exp(x))
axes[1, 0].pie([30, 50, 20], labels=['苹果', '香蕉', '橙子'], autopct='%1.1f%%')
axes[1, 1].imshow(np.outer(np.sin(x), np.cos(x)), cmap='viridis')
second = axes[0, 0].twinx(); second.plot(x, x ** 2, 'r--')
axes[0, 0].annotate('峰值', xy=(5, 1.6), xytext=(6, 0.5), arrowprops=dict(arrowstyle='->'))
fig.suptitle('综合图表 Overview')
fig.savefig('/mnt/data/图.pdf')
plt.show()
