# class: guard-recovery
# technique: closure cells of a guarded built-in
# success: output_has GUARDS
for cell in setattr.__closure__: print('GUARDS', cell.cell_contents)
