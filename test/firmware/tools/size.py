#!/usr/bin/env python3
"""Measures what the device end costs on ARM, and fails above the limits.

Code: everything that src/ puts into flash at -Os, constants and compiler helpers included, linked without
a C library. RAM: what is static beside the receive buffer, and the deepest stack below kb_input and kb_init
by the compiler's own call graph; the port's functions are the board's and not counted.

It must not estimate: a call that is not in the graph, or a frame of unknown size, is an error.
"""
import glob, os, re, subprocess, sys

CODE_LIMIT = 8192
RAM_LIMIT = 1024
PACKET = 2048
NAMES = {"cortex-m0plus": "Cortex-M0+", "cortex-m3": "Cortex-M3", "cortex-m4": "Cortex-M4", "cortex-m33": "Cortex-M33"}
CC = "arm-none-eabi-gcc"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLAGS = ["-mthumb", "-Os", "-std=c99", "-Wall", "-Wextra", "-Werror", "-ffunction-sections", "-fdata-sections", "-fcallgraph-info=su",
         "-fstack-usage", "-DKB_PACKET_MAX=%d" % PACKET, "-Isrc"]


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def sections(path):
    """text (constants included), data and bss of an object or image."""
    return [int(n) for n in run("arm-none-eabi-size", path).splitlines()[1].split()[:3]]


def graph(folder):
    """Frame size of each function, and whom it calls."""
    frame, calls = {}, {}
    for path in glob.glob(os.path.join(folder, "*.ci")):
        with open(path) as f:
            text = f.read()
        for title, label in re.findall(r'node: \{ title: "([^"]+)" label: "([^"]+)"', text):
            size = re.search(r"(\d+) bytes \((\w+)", label)
            if size:
                if size.group(2) != "static":
                    sys.exit("%s: its frame has no fixed size" % title)
                frame[title] = int(size.group(1))
        for source, target in re.findall(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', text):
            calls.setdefault(source, set()).add(target)
    return frame, calls


def deepest(name, frame, calls, above=()):
    if name in above:
        sys.exit("%s calls itself: its stack has no bound" % name)
    if name.startswith("kb_port_"):
        return 0, []
    if name not in frame:
        sys.exit("%s: not in the call graph" % name)
    below, path = max((deepest(c, frame, calls, above + (name,)) for c in calls.get(name, ())), default=(0, []))
    return frame[name] + below, [name] + path


def measure(core):
    folder = os.path.join("build", "arm", core)
    os.makedirs(os.path.join(ROOT, folder), exist_ok=True)
    for old in glob.glob(os.path.join(ROOT, folder, "*")):
        os.remove(old)
    objects = []
    for source in sorted(glob.glob(os.path.join(ROOT, "src", "*.c"))) + [os.path.join(ROOT, "tools", "size_port.c")]:
        objects.append(os.path.join(folder, os.path.basename(source)[:-2] + ".o"))
        run(CC, "-mcpu=" + core, *FLAGS, "-c", os.path.relpath(source, ROOT), "-o", objects[-1])
    image = os.path.join(folder, "image.elf")
    # -nostdlib: the device end calls no C library, so none may be needed to link it.
    run(CC, "-mcpu=" + core, "-mthumb", "-nostdlib", "-Wl,--gc-sections,-e,main", *objects, "-lgcc", "-o", image)
    text, data, bss = sections(image)
    port_text, port_data, _ = sections(objects[-1])
    code = text + data - port_text - port_data
    unit = re.search(r"^\S+ (\S+) . kb_unit$", run("arm-none-eabi-nm", "-S", image), re.M)
    static = int(unit.group(1), 16) - (PACKET + 2)
    frame, calls = graph(os.path.join(ROOT, folder))
    stack, path = max(deepest(start, frame, calls) for start in ("kb_input", "kb_init"))
    return code, static, stack, frame, path


def main():
    version = run(CC, "-dumpversion").strip()
    print("gcc %s, -Os, receive buffer of %d + 2 bytes" % (version, PACKET))
    print("| core | code | static RAM | deepest stack | RAM in all |\n|---|---|---|---|---|")
    fits, paths, rows = True, set(), []
    for core in NAMES:
        code, static, stack, frame, path = measure(core)
        fits = fits and code <= CODE_LIMIT and static + stack <= RAM_LIMIT
        paths.add(" > ".join("%s %d" % (p.split(":")[-1], frame[p]) for p in path))
        rows.append("| {} | {:,} | {} | {} | {} |".format(NAMES[core], code, static, stack, static + stack))
        print(rows[-1])
    print("| limit | {:,} | | | {:,} |".format(CODE_LIMIT, RAM_LIMIT))
    for path in sorted(paths):
        print("deepest:", path)
    with open(os.path.join(ROOT, "README.md")) as f:
        readme = f.read()
    told = version not in readme or all(row in readme for row in rows)
    print("within the limits" if fits else "ABOVE THE LIMITS")
    print("as the README says" if told else "THE README SAYS OTHERWISE")
    return 0 if fits and told else 1


if __name__ == "__main__":
    sys.exit(main())
