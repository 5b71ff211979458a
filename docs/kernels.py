"""Kernels of the pages: forks of one process that has imported what the pages import.

To start Jupyter and import all of it anew for each page took a sixth of a build.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

# Only imports are shared: nothing is run, and no thread begins before a page does.
IMPORTED = (
    "ipykernel.kernelapp",
    "matplotlib.figure",
    "scipy.optimize",
    "kencana_targets.evaluation.evaluate",
    "kencana_targets.report.canvas",
    "kencana_targets.tables.readers",
)


def start() -> None:
    """Have Jupyter ask for a fork wherever a page wants Python."""
    home = Path(tempfile.mkdtemp())
    address = str(home / "asked")
    ask = [sys.executable, "-IS", __file__, "ask", address, "-f", "{connection_file}"]
    kernel = home / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps({"argv": ask, "display_name": "Python 3", "language": "python"}))
    os.environ["JUPYTER_PATH"] = str(home)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(64)
    number = listening.fileno()
    serve = [sys.executable, "-P", __file__, "serve", str(number)]
    serving = subprocess.Popen(serve, stdin=subprocess.PIPE, pass_fds=[number])
    # It ends when no process of the build holds its standard input any more.
    atexit.register(serving.communicate)


def serve(number: str) -> None:
    """Fork once for each that asks."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    for name in IMPORTED:
        importlib.import_module(name)
    listening = socket.socket(fileno=int(number))
    while sys.stdin not in select.select([sys.stdin, listening], [], [])[0]:
        asking, _ = listening.accept()
        if not os.fork():
            listening.close()
            return become(asking)
        asking.close()
        os.waitpid(-1, os.WNOHANG)  # one that has ended, so that none is left behind


def become(asking: socket.socket) -> None:
    """Be the kernel of the process that asks, where it is, until either of them ends."""
    asked = json.loads(asking.makefile().readline())
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    threading.Thread(target=lambda: (asking.recv(1), os._exit(1)), daemon=True).start()
    sys.modules["ipykernel.kernelapp"].launch_new_instance(
        [*asked["options"], f"--IPKernelApp.parent_handle={os.getppid()}"]
    )


def ask(address: str, *options: str) -> None:
    """Stand for a kernel towards Jupyter: end when it ends."""
    # Jupyter interrupts a kernel before it asks it to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asking = socket.socket(socket.AF_UNIX)
    asking.connect(address)
    asked = {"folder": str(Path.cwd()), "environment": dict(os.environ), "options": options}
    asking.sendall(json.dumps(asked).encode() + b"\n")
    asking.recv(1)


if __name__ == "__main__":
    {"serve": serve, "ask": ask}[sys.argv[1]](*sys.argv[2:])
