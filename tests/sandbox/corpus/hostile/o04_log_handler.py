# class: network
# technique: logging handlers that send
# success: hit udp
import logging.handlers
h = logging.handlers.DatagramHandler('127.0.0.1', @@UDP@@); logging.getLogger('x').addHandler(h); logging.getLogger('x').error('y')
