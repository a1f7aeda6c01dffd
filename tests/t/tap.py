# SPDX-License-Identifier: MIT
"""The Test Anything Protocol, for tests in Python."""
import sys

_count = _bad = 0


def diag(text):
    for line in str(text)[:2000].splitlines():
        print("#", line, flush=True)


def ok(good, name, why=""):
    global _count, _bad
    _count += 1
    _bad += not good
    print("ok" if good else "not ok", _count, "-", name, flush=True)
    if not good and why != "":
        diag(why)
    return good


def equal(got, want, name):
    return ok(got == want, name, f"got:  {got!r}\nwant: {want!r}")


def done():
    print(f"1..{_count}")
    sys.exit(1 if _bad else 0)


def skip_all(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)
