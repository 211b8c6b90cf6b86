/*
 * See line.h.
 */
#include "line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int master = -1, slave = -1;
static char name[128];
static const char *path;

static void refused(const char *what) {
    fprintf(stderr, "keybench-unit: %s: %s\n", what, strerror(errno));
    exit(1);
}

void line_open(const char *link) {
    struct termios t;
    char fresh[4096];
    master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master) || !ptsname(master)) {
        refused("pseudo-terminal");
    }
    snprintf(name, sizeof name, "%s", ptsname(master));
    slave = open(name, O_RDWR | O_NOCTTY);
    if (slave < 0 || tcgetattr(slave, &t)) {
        refused(name);
    }
    /* No echo, no line discipline: an echo would hand the station its own frames. */
    t.c_iflag &= (tcflag_t)~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    t.c_oflag &= (tcflag_t)~OPOST;
    t.c_lflag &= (tcflag_t)~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    t.c_cflag = (t.c_cflag & (tcflag_t)~(CSIZE | PARENB)) | CS8;
    t.c_cc[VMIN] = 1;
    t.c_cc[VTIME] = 0;
    if (tcsetattr(slave, TCSANOW, &t) || fcntl(master, F_SETFL, O_NONBLOCK) || fcntl(master, F_SETFD, FD_CLOEXEC)) {
        refused(name);
    }
    /* Renamed over the old link, so that the path never points to nothing in between. */
    if (snprintf(fresh, sizeof fresh, "%s.%ld", link, (long)getpid()) >= (int)sizeof fresh) {
        errno = ENAMETOOLONG;
        refused(link);
    }
    unlink(fresh);
    if (symlink(name, fresh) || rename(fresh, link)) {
        refused(link);
    }
    path = link;
}

void line_close(void) {
    char now[sizeof name];
    ssize_t n = path ? readlink(path, now, sizeof now) : -1;
    if (n == (ssize_t)strlen(name) && !memcmp(now, name, (size_t)n)) {
        unlink(path);
    }
    if (master >= 0) {
        close(slave);
        close(master);
    }
    master = slave = -1;
    path = NULL;
}

int line_fd(void) { return master; }

const char *line_name(void) { return name; }

void line_write(const void *from, size_t n) {
    const char *p = from;
    while (n && master >= 0) {
        ssize_t taken = write(master, p, n);
        if (taken > 0) {
            p += taken;
            n -= (size_t)taken;
            continue;
        }
        struct pollfd wait = {master, POLLOUT, 0};
        if (errno != EAGAIN || poll(&wait, 1, 100) <= 0) {
            return;
        }
    }
}

void line_discard(void) {
    char lost[512];
    while (master >= 0 && read(master, lost, sizeof lost) > 0) {
    }
}
