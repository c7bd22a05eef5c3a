"""Starts a program that cannot outlive whoever asked for it. A script: it is run, not imported.

    python -I -S launch.py PARENT SIGNAL UID GID PROGRAM ARGUMENTS…

It becomes PROGRAM (same process id) after it has given up its privileges, unless UID is -1, and has
asked the kernel for SIGNAL on the parent's death. A launcher rather than a `preexec_fn`, which may
deadlock in a process with threads; and as root, because the other user may not reach this file.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, signal, uid, gid = (int(number) for number in sys.argv[1:5])
    if uid >= 0:
        os.umask(0o077)
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":  # after setuid, which clears it; elsewhere a start cleans up
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel knew of our wish
        sys.exit(1)
    os.execvp(sys.argv[5], sys.argv[5:])


main()
