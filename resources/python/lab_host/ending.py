"""os._exit: the end of the process with a number of the code's own. Python in JavaScript cannot leave by itself."""
import os

from lab_host import bridge


def _exit(status):
    code = int(status) & 0xFF
    bridge.tell('exit', code=code)  # after everything that was printed
    while True:
        try:
            bridge.pause(60)
        except BaseException:  # a soft time limit of a process that is about to end
            continue


def install():
    os._exit = _exit
