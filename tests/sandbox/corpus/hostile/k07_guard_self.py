# class: guard-recovery
# technique: the guarded built-ins are bound methods: __self__ leads to the guards
# success: output_has GUARDS
g = getattr.__self__
print('GUARDS', g._namespace)
