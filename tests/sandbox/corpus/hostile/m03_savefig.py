# class: fs-write
# technique: savefig outside
# success: path_exists @@DROP@@/m03.png
import matplotlib.pyplot as plt
plt.plot([1]); plt.savefig('@@DROP@@/m03.png')
