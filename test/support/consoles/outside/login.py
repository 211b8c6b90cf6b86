"""
GX gateway, invented: a login, no echo, a prompt for each mode, colours, a restart that asks back and ends at the login.
Usage: login.py LINK STORE SERIAL
"""
import hashlib
import json
import sys
import time
from pty_device import Device

link, store, serial = sys.argv[1:]
device = Device(link)
saved, running = {}, {}
mode, user = "login", ""
PROMPTS = {
    "login": "\x1b[1mlogin: \x1b[0m",
    "password": "Password: ",
    "user": "gx> ",
    "admin": "gx# ",
    "mqtt": "gx(mqtt)# ",
}


def prompt():
    device.say("\r\n" + PROMPTS[mode])


def boot():
    global mode, running
    mode, running = "login", dict(saved)
    device.say("\x1b[2J\x1b[H\r\nGX firmware 3.3\r\nall services up\r\n")
    prompt()


def obey(line):
    """What a line does in a mode where commands are taken; what it says, or None for a question."""
    global mode, saved
    words = line.split(" ")
    if line == "enable" and mode == "user":
        mode = "admin"
    elif line == "mqtt" and mode == "admin":
        mode = "mqtt"
    elif line == "exit":
        mode = {"mqtt": "admin", "admin": "user", "user": "login"}[mode]
    elif words[0] == "set" and mode == "mqtt" and len(words) == 3:
        running[words[1]] = words[2].strip('"')
        return "\r\nOK"
    elif line == "write memory" and mode == "mqtt":
        saved = dict(running)
        with open(store, "w") as file:
            json.dump(saved, file)
        return "\r\nBuilding...\r\n[OK]"
    elif words[0] == "hash" and mode == "mqtt":
        value = running.get(words[1])
        said = hashlib.sha256(value.encode()).hexdigest().upper() if value else "unset"
        return "\r\n%s = %s" % (words[1], said)
    elif line == "show unit":
        return "\r\nSerial no. %s, board GX-3" % serial
    elif line == "reload" and mode in ("admin", "mqtt"):
        mode = "confirm"
        device.say("\r\nProceed? [y/n] ")
        return None
    elif line != "":
        return "\r\n% Invalid input"
    return ""


boot()
while True:
    line = device.line()
    if mode == "login":
        if line != "":
            user, mode = line, "password"
    elif mode == "password":
        mode = "user" if (user, line) == ("admin", "gx secret") else "login"
        if mode == "login":
            device.say("\r\nLogin incorrect")
    elif mode == "confirm":
        mode = "admin"
        if line == "y":
            device.say("\r\nrestarting")
            time.sleep(0.1)
            boot()
            continue
    else:
        said = obey(line)
        if said is None:
            continue
        device.say(said)
    prompt()
