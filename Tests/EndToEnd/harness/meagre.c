// Preloaded into the server: a kernel at its most meagre. Every call that may be interrupted is, every second time, and
// none of those that read or write does all that it was asked for. Both are within POSIX, and neither may be noticed.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

// The threads' calls alternate each for itself, so that none can be interrupted for ever.
#define INTERRUPT_EVERY_SECOND                 \
    static _Thread_local int calls;            \
    if (++calls % 2 == 1) {                    \
        errno = EINTR;                         \
        return -1;                             \
    }

static size_t some(size_t count, size_t most) { return count < most ? count : most; }

static const size_t of_a_file = 5000, of_a_socket = 97;

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    INTERRUPT_EVERY_SECOND
    return REAL(open)(path, flags, mode);
}

ssize_t read(int descriptor, void *buffer, size_t count) {
    INTERRUPT_EVERY_SECOND
    return REAL(read)(descriptor, buffer, some(count, of_a_file));
}

ssize_t pread(int descriptor, void *buffer, size_t count, off_t offset) {
    INTERRUPT_EVERY_SECOND
    return REAL(pread)(descriptor, buffer, some(count, of_a_file), offset);
}

ssize_t pwrite(int descriptor, const void *octets, size_t count, off_t offset) {
    INTERRUPT_EVERY_SECOND
    return REAL(pwrite)(descriptor, octets, some(count, of_a_file), offset);
}

int rename(const char *old, const char *new) {
    INTERRUPT_EVERY_SECOND
    return REAL(rename)(old, new);
}

int unlink(const char *path) {
    INTERRUPT_EVERY_SECOND
    return REAL(unlink)(path);
}

int flock(int descriptor, int operation) {
    INTERRUPT_EVERY_SECOND
    return REAL(flock)(descriptor, operation);
}

int epoll_wait(int poller, struct epoll_event *events, int count, int milliseconds) {
    INTERRUPT_EVERY_SECOND
    return REAL(epoll_wait)(poller, events, count, milliseconds);
}

int poll(struct pollfd *watched, nfds_t count, int milliseconds) {
    INTERRUPT_EVERY_SECOND
    return REAL(poll)(watched, count, milliseconds);
}

int accept4(int listener, struct sockaddr *address, socklen_t *length, int flags) {
    INTERRUPT_EVERY_SECOND
    return REAL(accept4)(listener, address, length, flags);
}

ssize_t recv(int descriptor, void *buffer, size_t count, int flags) {
    INTERRUPT_EVERY_SECOND
    return REAL(recv)(descriptor, buffer, some(count, of_a_socket), flags);
}

ssize_t send(int descriptor, const void *octets, size_t count, int flags) {
    INTERRUPT_EVERY_SECOND
    return REAL(send)(descriptor, octets, some(count, of_a_socket), flags);
}
