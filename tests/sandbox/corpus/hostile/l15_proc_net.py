# class: proc
# technique: /proc/net shows the connections of the machine
# success: output_has local_address
print(open('/proc/net/tcp').read())
