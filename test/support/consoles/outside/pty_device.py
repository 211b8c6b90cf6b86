"""A device on a pseudo-terminal of its own, for the programs beside this one. Must not: use anything of Keybench."""
import os
import pty
import tty


class Device:
    def __init__(self, link):
        self.master, station_end = pty.openpty()
        tty.setraw(station_end)
        os.symlink(os.ttyname(station_end), link)
        self.heard = b""

    def say(self, text):
        os.write(self.master, text.encode("latin1"))

    def char(self):
        while not self.heard:
            self.heard += os.read(self.master, 4096)
        first, self.heard = self.heard[:1], self.heard[1:]
        return first.decode("latin1")

    def line(self):
        """Up to a CR or a LF, without it."""
        text = ""
        while (char := self.char()) not in "\r\n":
            text += char
        return text
