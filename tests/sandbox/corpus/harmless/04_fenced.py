# title: code in fences with prose around it
# expect: 25
Here is the code that computes the answer:
```python
numbers = [3, 4]
print(sum(n ** 2 for n in numbers))
```
This prints 25.
