"""
BR-200 bridge, invented: a numbered menu of single keys, which it echoes; settings go up as lines of `:` and hex, each
answered, `:00` ends them. Usage: menu.py LINK STORE MAC
"""
import hashlib
import sys
from pty_device import Device

MENU = (
    "\r\n==== BR-200 ====\r\n 1) About\r\n 2) Upload settings\r\n 3) Digest of settings\r\n"
    " 4) Erase settings\r\n 9) Reboot\r\nSelect [1-9]: "
)
link, store, mac = sys.argv[1:]
device = Device(link)
flash = b""


def boot():
    device.say("\r\nBR-200 bootrom 1.02\r\nstarting..." + MENU)


def upload():
    device.say("Send records, end with :00\r\n")
    taken = b""
    while (line := device.line()) != ":00":
        if line == "":
            continue
        try:
            data = bytes.fromhex(line[1:]) if line[0] == ":" else b""
        except ValueError:
            data = b""
        if 0 < len(data) <= 32:
            taken += data
            device.say("ACK %04X\r\n" % len(taken))
        else:
            device.say("NAK\r\n")
    with open(store, "wb") as file:
        file.write(taken)
    return taken


boot()
while True:
    key = device.char()
    if key in "\r\n":
        device.say(MENU)
        continue
    device.say(key + "\r\n")
    if key == "1":
        device.say("MAC     : %s\r\nVersion : 4.11b\r\n" % mac)
    elif key == "2":
        flash = upload()
        device.say("Stored %d bytes\r\n" % len(flash))
    elif key == "3":
        digest = hashlib.sha256(flash).hexdigest()
        device.say("sha256 %s\r\n" % digest if flash else "no settings\r\n")
    elif key == "4":
        flash = b""
        device.say("erased\r\n")
    elif key == "9":
        boot()
        continue
    else:
        device.say("?\r\n")
    device.say(MENU)
