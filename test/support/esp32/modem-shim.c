/*
 * Modem lines and rate for pseudo-terminals, which have none: preloaded into the process under test, it answers TIOCMGET, TIOCMSET,
 * TIOCMBIS and TIOCMBIC, watches the rate being set, and tells both to the emulator over the socket that KEYBENCH_MODEM_SOCKET
 * names. One connection for each opened terminal, so that the emulator sees the lines drop when the process dies, as HUPCL does.
 * Messages are lines: "open PATH", "signals DTR RTS", "rate BAUD"; each is answered with one byte before the call returns.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#define FD_MAX 4096
#define ANSWER_SECONDS 5
#define BOTHER_RATE 0010000
#define RATE_MASK 0010017

/* As the kernel has it; its header and that of the C library cannot be used together. */
struct kernel_termios2 {
  unsigned int c_iflag, c_oflag, c_cflag, c_lflag;
  unsigned char c_line, c_cc[19];
  unsigned int c_ispeed, c_ospeed;
};
#define SET_TERMIOS2 _IOW('T', 0x2B, struct kernel_termios2)
#define SET_TERMIOS2_DRAINED _IOW('T', 0x2C, struct kernel_termios2)
#define SET_TERMIOS2_FLUSHED _IOW('T', 0x2D, struct kernel_termios2)

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static struct { int socket, lines; } opened[FD_MAX];

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

static int is_watched(int fd) { return fd >= 0 && fd < FD_MAX && opened[fd].socket > 0; }

static void tell(int fd, const char *format, ...) {
  char text[512], answer;
  va_list list;
  va_start(list, format);
  int length = vsnprintf(text, sizeof text, format, list);
  va_end(list);
  if (send(opened[fd].socket, text, (size_t)length, MSG_NOSIGNAL) == length) recv(opened[fd].socket, &answer, 1, 0);
}

static void watch(int fd) {
  const char *at = getenv("KEYBENCH_MODEM_SOCKET");
  char name[64], path[256];
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct timeval patience = {.tv_sec = ANSWER_SECONDS};
  if (at == NULL || fd < 0 || fd >= FD_MAX || strlen(at) >= sizeof address.sun_path) return;
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(name, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = 0;
  if (strncmp(path, "/dev/pts/", 9) != 0) return;
  int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (peer < 0) return;
  setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  strcpy(address.sun_path, at);
  if (connect(peer, (struct sockaddr *)&address, sizeof address) != 0) {
    REAL(close)(peer);
    return;
  }
  pthread_mutex_lock(&guard);
  opened[fd].socket = peer;
  opened[fd].lines = TIOCM_DTR | TIOCM_RTS;
  tell(fd, "open %s\n", path);
  pthread_mutex_unlock(&guard);
}

static void tell_rate(int fd, unsigned int rate) {
  pthread_mutex_lock(&guard);
  if (is_watched(fd) && rate > 0) tell(fd, "rate %u\n", rate);
  pthread_mutex_unlock(&guard);
}

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    va_list list; \
    va_start(list, flags); \
    int mode = (flags & O_CREAT) ? va_arg(list, int) : 0; \
    va_end(list); \
    int fd = REAL(name)(path, flags, mode); \
    if (flags & O_NOCTTY) { int kept = errno; watch(fd); errno = kept; } \
    return fd; \
  }
OPENS(open)
OPENS(open64)

int openat64(int at, const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  int mode = (flags & O_CREAT) ? va_arg(list, int) : 0;
  va_end(list);
  int fd = REAL(openat64)(at, path, flags, mode);
  if (flags & O_NOCTTY) { int kept = errno; watch(fd); errno = kept; }
  return fd;
}

int close(int fd) {
  pthread_mutex_lock(&guard);
  if (is_watched(fd)) {
    REAL(close)(opened[fd].socket);
    opened[fd].socket = 0;
  }
  pthread_mutex_unlock(&guard);
  return REAL(close)(fd);
}

static const struct { speed_t code; unsigned int rate; } RATES[] = {
  {B9600, 9600}, {B19200, 19200}, {B38400, 38400}, {B57600, 57600}, {B115200, 115200}, {B230400, 230400},
  {B460800, 460800}, {B500000, 500000}, {B576000, 576000}, {B921600, 921600}, {B1000000, 1000000},
  {B1152000, 1152000}, {B1500000, 1500000}, {B2000000, 2000000},
};

static unsigned int rate_of(speed_t code) {
  for (size_t each = 0; each < sizeof RATES / sizeof *RATES; each++)
    if (RATES[each].code == code) return RATES[each].rate;
  return 0;
}

int tcsetattr(int fd, int when, const struct termios *options) {
  int result = REAL(tcsetattr)(fd, when, options);
  if (result == 0) tell_rate(fd, rate_of(cfgetospeed(options)));
  return result;
}

static int modem_call(int fd, unsigned long request, int *argument) {
  pthread_mutex_lock(&guard);
  int before = opened[fd].lines, after = before;
  if (request == TIOCMGET) *argument = before;
  else if (request == TIOCMSET) after = *argument & (TIOCM_DTR | TIOCM_RTS);
  else if (request == TIOCMBIS) after = before | (*argument & (TIOCM_DTR | TIOCM_RTS));
  else after = before & ~*argument;
  opened[fd].lines = after;
  if (request != TIOCMGET) tell(fd, "signals %d %d\n", !!(after & TIOCM_DTR), !!(after & TIOCM_RTS));
  pthread_mutex_unlock(&guard);
  return 0;
}

int ioctl(int fd, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  void *argument = va_arg(list, void *);
  va_end(list);
  if (is_watched(fd) && (request == TIOCMGET || request == TIOCMSET || request == TIOCMBIS || request == TIOCMBIC))
    return modem_call(fd, request, argument);
  int result = REAL(ioctl)(fd, request, argument);
  if (result == 0 && is_watched(fd) &&
      (request == SET_TERMIOS2 || request == SET_TERMIOS2_DRAINED || request == SET_TERMIOS2_FLUSHED)) {
    const struct kernel_termios2 *options = argument;
    unsigned int code = options->c_cflag & RATE_MASK;
    tell_rate(fd, code == BOTHER_RATE ? options->c_ospeed : rate_of(code));
  }
  return result;
}
