# class: network
# technique: matplotlib fetches a style from an address
# success: hit tcp
import matplotlib.pyplot as plt
plt.style.use('http://127.0.0.1:@@TCP@@/a.mplstyle')
