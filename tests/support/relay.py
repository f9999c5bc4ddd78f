"""Represents a command of the warm process: relays its streams, signals and exit code.

Runs without site packages, so that it starts within milliseconds.
"""

import json
import os
import signal
import socket
import sys


def main() -> None:
    """Arguments: socket of the warm process, then the words of the command."""
    # a system call: Python has no function for it yet
    mask = os.umask(0)
    os.umask(mask)
    order = {"words": sys.argv[2:], "environment": dict(os.environ), "directory": os.getcwd(), "umask": mask}
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(sys.argv[1])
    signals = (signal.SIGINT, signal.SIGTERM)
    text = json.dumps(order).encode()
    socket.send_fds(connection, [len(text).to_bytes(4, "big")], [0, 1, 2])
    connection.sendall(text)
    for number in signals:
        signal.signal(number, lambda number, _: connection.sendall(bytes([number])))
    answer = connection.recv(4)
    status = int.from_bytes(answer, "big") if len(answer) == 4 else signal.SIGKILL
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) in signals:
            signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))


main()
