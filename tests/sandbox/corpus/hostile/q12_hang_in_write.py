# class: output
# technique: the last value writes without end from its repr
# success: out_over 4
class R:
    def __repr__(self):
        while True: print('z' * 10000)
R()
