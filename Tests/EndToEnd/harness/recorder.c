// Preloaded into the server: writes down, in their order, the calls that change the journal's directory and those that
// talk to clients. `powercut.py` reads the recording and says what a disk may hold at any place of it.
//
// A call that changes something is written down when it has returned; an answer before it is sent. So whatever stands
// before an answer in the recording had happened when the answer left.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct event {
    char kind;
    char pad[3];
    int32_t descriptor;
    uint64_t offset;
    uint64_t length;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int recording = -1;
static const char *directory;
static char is_journal[4096];

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("RECORDING");
    directory = getenv("RECORDED_DIRECTORY");
    if (path == NULL || directory == NULL) abort();
    int opened = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    recording = fcntl(opened, F_DUPFD_CLOEXEC, 4000);
    syscall(SYS_close, opened);
    if (recording < 0) abort();
}

static void put(const void *octets, size_t count) {
    const char *rest = octets;
    while (count > 0) {
        ssize_t written = syscall(SYS_write, recording, rest, count);
        if (written <= 0) abort();
        rest += written;
        count -= (size_t)written;
    }
}

static void note(char kind, int descriptor, uint64_t offset, const void *octets, size_t length) {
    struct event event = {kind, {0}, descriptor, offset, length};
    pthread_mutex_lock(&lock);
    put(&event, sizeof event);
    if (octets != NULL) put(octets, length);
    pthread_mutex_unlock(&lock);
}

static int is_inside(const char *path) { return strncmp(path, directory, strlen(directory)) == 0; }

static int is_recorded(int descriptor) { return descriptor >= 0 && descriptor < 4000 && is_journal[descriptor]; }

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    int descriptor = REAL(open)(path, flags, mode);
    if (descriptor >= 0 && descriptor < 4000 && is_inside(path)) {
        is_journal[descriptor] = 1;
        note('o', descriptor, (uint64_t)flags, path, strlen(path));
    }
    return descriptor;
}

int close(int descriptor) {
    if (descriptor >= 0 && descriptor < 4000) {
        note('c', descriptor, 0, NULL, 0);
        is_journal[descriptor] = 0;
    }
    return REAL(close)(descriptor);
}

ssize_t pwrite(int descriptor, const void *octets, size_t count, off_t offset) {
    ssize_t written = REAL(pwrite)(descriptor, octets, count, offset);
    if (written <= 0 || !is_recorded(descriptor)) return written;
    const char *first = octets;
    int is_zero = first[0] == 0 && memcmp(first, first + 1, (size_t)written - 1) == 0;
    note(is_zero ? 'z' : 'w', descriptor, (uint64_t)offset, is_zero ? NULL : octets, (size_t)written);
    return written;
}

static int synchronized(int descriptor, int (*call)(int)) {
    if (!is_recorded(descriptor)) return call(descriptor);
    note('s', descriptor, 0, NULL, 0);
    int result = call(descriptor);
    if (result == 0) note('S', descriptor, 0, NULL, 0);
    return result;
}

int fdatasync(int descriptor) { return synchronized(descriptor, REAL(fdatasync)); }
int fsync(int descriptor) { return synchronized(descriptor, REAL(fsync)); }

int rename(const char *old, const char *new) {
    int result = REAL(rename)(old, new);
    if (result == 0 && is_inside(new)) {
        char both[2 * 4096];
        size_t first = strlen(old), second = strlen(new);
        if (first + second + 1 > sizeof both) abort();
        memcpy(both, old, first + 1);
        memcpy(both + first + 1, new, second);
        note('m', -1, 0, both, first + second + 1);
    }
    return result;
}

int unlink(const char *path) {
    int result = REAL(unlink)(path);
    if (result == 0 && is_inside(path)) note('u', -1, 0, path, strlen(path));
    return result;
}

ssize_t recv(int descriptor, void *buffer, size_t count, int flags) {
    ssize_t received = REAL(recv)(descriptor, buffer, count, flags);
    if (received > 0) note('r', descriptor, 0, buffer, (size_t)received);
    return received;
}

ssize_t send(int descriptor, const void *octets, size_t count, int flags) {
    note('a', descriptor, 0, octets, count);
    return REAL(send)(descriptor, octets, count, flags);
}
