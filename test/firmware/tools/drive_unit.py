#!/usr/bin/env python3
"""Drives keybench-unit, a process per life, with drive.py: plain, noisy with a port that vanishes, slow flash
and lock, and with power that fails, after which the next life must end well.

    python3 tools/drive_unit.py build/keybench-unit

It must not know the protocol: that is drive.py's.
"""
import os, subprocess, sys, tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import drive

LIVES = (
    [],
    ["--vanish", "--noise", "0.05", "--reset-delay", "300", "--chunk", "50"],
    ["--flash-delay", "20"],
    ["--power-cut", "9"],         # in the header that begin writes
    ["--power-cut", "20:after"],  # in a put
    ["--power-cut", "38:bits"],   # in the mark that commits
    ["--power-cut", "41"],        # in an erase
    ["--die-at-byte", "900"],
)


def live(unit, folder, options, arguments, tries=3):
    """The exit status of one life of the unit, and of the drive."""
    link = os.path.join(folder, "port")
    command = [unit, "--hw", "AC67B2000001", "--link", link, "--flash", os.path.join(folder, "flash")] + options
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    process.stdout.readline()  # the port is there
    try:
        drove = drive.main([link] + arguments, tries)
    finally:
        process.terminate()
        status = process.wait()
        process.stdout.close()
    if os.path.lexists(link):
        sys.exit("the link is still there")
    return status, drove


def main(unit):
    for options in LIVES:
        print("==", os.path.basename(unit), *options)
        dies = options[:1] in (["--power-cut"], ["--die-at-byte"])
        with tempfile.TemporaryDirectory() as folder:
            if dies:
                status, _ = live(unit, folder, options, [], tries=1)
                if status != 3:
                    sys.exit("power did not fail")
                print("== power is on again")
            arguments = ["--erase-first"] if dies else ["--lock"] if "--flash-delay" in options else []
            if live(unit, folder, [] if dies else options, arguments) != (0, 0):
                return 1
    print("%d lives driven" % len(LIVES))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
