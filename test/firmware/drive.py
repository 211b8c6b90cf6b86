#!/usr/bin/env python3
"""Drives one unit through its whole life over its port and says step by step what it answered.

For bringing up the device end on a board, before a station is at hand. Standard library only.

    python3 drive.py /dev/ttyACM0

from hello to prove after a reset, then erase. It writes a made-up record, never a real credential, and it must not harm one: a unit that already holds
a record is left alone unless --erase-first is given, and lock, which cannot be undone, is only sent with --lock.
"""
import argparse, base64, hashlib, hmac, os, select, struct, sys, termios, time, tty

GROUP = 0x4B42


class Failed(Exception):
    pass

# ---- CBOR: what the protocol uses, written deterministically ----
def head(major, n):
    for info, size, code in ((24, 1, ">B"), (25, 2, ">H"), (26, 4, ">I"), (27, 8, ">Q")):
        if n < 24:
            return bytes([major << 5 | n])
        if n < 1 << 8 * size:
            return bytes([major << 5 | info]) + struct.pack(code, n)


def encode(v):
    if isinstance(v, int):
        return head(0, v)
    if isinstance(v, bytes):
        return head(2, len(v)) + v
    if isinstance(v, str):
        return head(3, len(v.encode())) + v.encode()
    pairs = sorted((encode(k), encode(x)) for k, x in v.items())
    return head(5, len(pairs)) + b"".join(k + x for k, x in pairs)


def decode(b, at=0):
    major, n, at = b[at] >> 5, b[at] & 31, at + 1
    if n > 23:
        size = 1 << (n - 24)
        n, at = int.from_bytes(b[at:at + size], "big"), at + size
    if major == 0:
        return n, at
    if major in (2, 3):
        return (b[at:at + n] if major == 2 else b[at:at + n].decode()), at + n
    items = []
    for _ in range(n * (2 if major == 5 else 1)):
        item, at = decode(b, at)
        items.append(item)
    return (dict(zip(items[::2], items[1::2])) if major == 5 else items), at


# ---- framing ----
def crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x1021 if crc & 0x8000 else 0)) & 0xFFFF
    return crc


def to_lines(packet):
    raw = struct.pack(">H", len(packet) + 2) + packet + struct.pack(">H", crc16(packet))
    lines = [raw[i:i + 93] for i in range(0, len(raw), 93)]
    return b"\n" + b"".join((b"\x04\x14" if i else b"\x06\x09") + base64.b64encode(p) + b"\n" for i, p in enumerate(lines))


class Line:
    """One open port; opened again when it goes away, as it does where the chip itself is the USB device."""

    def __init__(self, path, baud):
        self.path, self.baud, self.fd, self.text, self.frame = path, baud, None, b"", b""

    def open(self):
        deadline = time.time() + 15  # a port that vanished comes back within the boot timeout
        while self.fd is None:
            try:
                self.fd = os.open(self.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
                tty.setraw(self.fd)
                speed = getattr(termios, "B%d" % self.baud)
                attr = termios.tcgetattr(self.fd)
                attr[2] |= termios.CLOCAL | termios.CREAD
                attr[4] = attr[5] = speed
                termios.tcsetattr(self.fd, termios.TCSANOW, attr)
                termios.tcflush(self.fd, termios.TCIOFLUSH)
            except (OSError, termios.error) as e:
                self.close()
                if time.time() > deadline:
                    raise Failed("%s: %s" % (self.path, e))
                time.sleep(0.1)

    def close(self):
        if self.fd is not None:
            os.close(self.fd)
        self.fd, self.text, self.frame = None, b"", b""

    def packet(self, deadline):
        """The next whole packet, or None; log text is passed over."""
        while True:
            line, newline, rest = self.text.partition(b"\n")
            if not newline:
                left = deadline - time.time()
                if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                    return None
                data = os.read(self.fd, 4096)
                if not data:
                    raise OSError("the port went away")
                self.text += data
                continue
            self.text = rest
            for marker in (b"\x06\x09", b"\x04\x14"):
                at = line.rfind(marker)
                if at >= 0:
                    try:
                        piece = base64.b64decode(line[at + 2:].rstrip(b"\r"), validate=True)
                    except ValueError:
                        piece = b""
                    self.frame = piece if marker[0] == 6 else self.frame + piece
                    length = int.from_bytes(self.frame[:2], "big")
                    if 2 < length == len(self.frame) - 2:
                        packet, crc = self.frame[2:-2], int.from_bytes(self.frame[-2:], "big")
                        self.frame = b""
                        if crc16(packet) == crc:
                            return packet


class Unit:
    def __init__(self, line, tries):
        self.line, self.sequence, self.tries = line, 0, tries

    def ask(self, op, group, command, payload, timeout, tries=None):
        for _ in range(tries or self.tries):
            try:
                self.line.open()
                self.sequence = (self.sequence + 1) & 255
                body = encode(payload)
                request = struct.pack(">BBHHBB", 8 | op, 0, len(body), group, self.sequence, command) + body
                os.write(self.line.fd, to_lines(request))
                deadline = time.time() + timeout
                while True:
                    answer = self.line.packet(deadline)
                    if answer is None:
                        break
                    if answer[0] == 9 | op and answer[4:8] == request[4:8]:
                        return decode(answer, 8)[0]
            except OSError:
                self.line.close()
                time.sleep(0.2)
        raise Failed("no answer to group %#x command %d" % (group, command))

    def call(self, command, payload=None, timeout=0.5, tries=None):
        write = command in (1, 2, 3, 6, 7)
        timeout = 5.5 if command in (1, 3, 6, 7) else timeout
        return self.ask(2 if write else 0, GROUP, command, payload or {}, timeout, tries)


def expect(what, truth, detail=""):
    print("%s  %s%s" % ("ok  " if truth else "FAIL", what, "  " + str(detail) if detail != "" else ""))
    if not truth:
        raise Failed(what)


def proof(record, hw, dig, boot, nonce):
    secret = (record["key"] if "key" in record else record["pw"]).encode()
    prk = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    k = hmac.new(prk, b"keybench-pop-v1\x01", hashlib.sha256).digest()
    data = b"prov\0" + hw.encode() + b"\0" + record["cid"].encode() + b"\0" + dig + boot + nonce
    return hmac.new(k, data, hashlib.sha256).digest()


def drive(unit, args):
    start = unit.call(0)
    hw = start["hw"]
    expect("hello", start["v"] == 1 and len(start["boot"]) == 8, "%s %s %s, %s" % (hw, start["model"], start["fw"], start["state"]))
    if start["state"] not in ("blank", "staged"):
        expect("the unit holds no record (--erase-first forgets it)", args.erase_first)
        expect("erase", unit.call(7) == {})
    record = {"cid": "GID_bringup@@@" + hw, "kid": "DC.bringup", "iid": "mqtt-cn-bringup01", "ep": "mqtt-cn-bringup01.example", "port": 8883,
              "un": "DeviceCredential|DC.bringup|mqtt-cn-bringup01", "key": "not-a-real-secret-" + os.urandom(16).hex()}
    data = encode(record)
    dig = hashlib.sha256(data).digest()
    tx = hashlib.sha256(hw.encode() + b"\0" + dig).digest()[:16]
    begin = {"tx": tx, "hw": hw, "sv": 1, "len": len(data), "dig": dig}
    expect("begin with a foreign hw is refused", unit.call(1, dict(begin, hw=hw[:-1] + ("0" if hw[-1] != "0" else "1"))) == {"err": {"group": GROUP, "rc": 2}})
    off = unit.call(1, begin).get("off")
    expect("begin", off == 0, "%d bytes" % len(data))
    size = min(start["chunk"], args.chunk)
    while off < len(data):
        put = {"tx": tx, "off": off, "data": data[off:off + size]}
        first, again = unit.call(2, put), unit.call(2, put)
        expect("put, and put again", first == again == {"off": off + len(put["data"])}, first)
        off = first["off"]
    expect("commit, and commit again", unit.call(3, {"tx": tx}) == unit.call(3, {"tx": tx}) == {"dig": dig})
    before = unit.call(0)
    expect("hello says committed", before["state"] == "committed" and before["dig"] == dig and before["tx"] == tx)
    expect("begin of the same record answers its length", unit.call(1, begin) == {"off": len(data)})
    expect("OS reset", unit.ask(2, 0, 5, {}, 0.5) == {})
    deadline, after = time.time() + args.boot_timeout, before
    while after["boot"] == before["boot"] and time.time() < deadline:
        time.sleep(0.25)
        try:
            after = unit.call(0, tries=1)
        except Failed:
            pass
    expect("a new boot", after["boot"] != before["boot"] and after["hw"] == hw)
    expect("still committed after the reset", after["state"] == "committed" and after["dig"] == dig)
    nonce = os.urandom(24)
    answer = unit.call(4, {"nonce": nonce}, timeout=args.prove_timeout)
    right = answer.get("mac") == proof(record, hw, dig, after["boot"], nonce)
    expect("prove", right and answer["boot"] == after["boot"] and answer["dig"] == dig)
    public = unit.call(5)
    expect("readpub", public == {k: record[k] for k in ("cid", "kid", "iid", "ep")})
    if args.lock:
        expect("lock, and lock again", unit.call(6) == unit.call(6) == {})
        refused = {"err": {"group": GROUP, "rc": 8}}
        expect("locked: begin and erase are refused", unit.call(1, begin) == unit.call(7) == refused)
        expect("hello says locked", unit.call(0)["state"] == "locked")
    elif not args.keep:
        expect("erase, and erase again", unit.call(7) == unit.call(7) == {})
        expect("hello says blank", unit.call(0)["state"] == "blank")


def main(arguments=None, tries=3):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("port", help="the serial port of the board, or the --link of a keybench-unit")
    p.add_argument("--baud", type=int, default=115200)
    p.add_argument("--chunk", type=int, default=192)
    p.add_argument("--boot-timeout", type=float, default=15)
    p.add_argument("--prove-timeout", type=float, default=0.5)
    p.add_argument("--keep", action="store_true", help="leave the made-up record in the unit")
    p.add_argument("--lock", action="store_true", help="lock the unit at the end; cannot be undone")
    p.add_argument("--erase-first", action="store_true", help="forget the record that the unit holds")
    args = p.parse_args(arguments)
    try:
        drive(Unit(Line(args.port, args.baud), tries), args)
        print("PASS")
        return 0
    except Failed as e:
        print("FAIL:", e)
        return 1


if __name__ == "__main__":
    sys.exit(main())
