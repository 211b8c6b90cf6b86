"""
SN-7 sensor, invented: one JSON object a line, each value with its SHA-256; log lines at any time, which quote answers; a slash
is escaped, as some libraries do. Usage: lines.py LINK STORE MAC
"""
import hashlib
import json
import sys
import time
from pty_device import Device

link, store, mac = sys.argv[1:]
device = Device(link)
memory, flash = {}, {}
boots = 1
answers = 0


def answer(what):
    global answers
    answers += 1
    if answers % 3 == 0:
        device.say('# [%d] wifi: {"ok":true,"re":"save"}\n' % answers)
    device.say(json.dumps(what, separators=(",", ":")).replace("/", "\\/") + "\n")


def digest(value):
    return value and hashlib.sha256(value.encode()).hexdigest()


while True:
    line = device.line()
    if line == "":
        continue
    try:
        asked = json.loads(line)
    except ValueError:
        answer({"ok": False, "err": "json"})
        continue
    op = asked.get("op")
    if op == "info":
        answer({"ok": True, "re": "info", "mac": mac, "fw": "7.0.3", "boots": boots})
    elif op == "set" and digest(asked["val"]) != asked.get("sum"):
        answer({"ok": False, "re": "set", "err": "sum"})
    elif op == "set":
        memory[asked["key"]] = asked["val"]
        answer({"ok": True, "re": "set"})
    elif op == "save":
        flash = dict(memory)
        with open(store, "w") as file:
            json.dump(flash, file)
        answer({"ok": True, "re": "save"})
    elif op == "get":
        value = flash.get(asked["key"])
        answer({"ok": True, "re": "get", "key": asked["key"], "val": value, "sum": digest(value)})
    elif op == "restart":
        answer({"ok": True, "re": "restart"})
        time.sleep(0.1)
        boots += 1
        memory = dict(flash)
        device.say("# boot\n")
    else:
        answer({"ok": False, "err": "op"})
