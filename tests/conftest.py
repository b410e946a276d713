"""What holds for all tests."""

import signal

# A shell without job control starts what it puts in the background deaf to SIGINT, and a child inherits that: the
# programs that the tests interrupt would never hear of it.
signal.signal(signal.SIGINT, signal.default_int_handler)
