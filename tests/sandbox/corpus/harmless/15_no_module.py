# title: a missing library is handled, then done without
# expect: fallback 2.0
try:
    import seaborn as sns
except ImportError:
    sns = None
try:
    import requests
except ImportError as error:
    print(error)
import statistics
print('fallback', statistics.stdev([1, 3, 5]))
