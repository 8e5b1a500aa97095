#define _GNU_SOURCE
#include "cposix.h"

#include <errno.h>
#include <sys/random.h>

int lockstep_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int lockstep_peer_user(int descriptor, uint32_t *user) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    int result = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length);
    if (result == 0) *user = credentials.uid;
    return result;
}

int lockstep_random(void *buffer, size_t count) {
    unsigned char *bytes = buffer;
    while (count > 0) {
        ssize_t got = getrandom(bytes, count, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        bytes += got;
        count -= (size_t)got;
    }
    return 0;
}

void lockstep_name_thread(pthread_t thread, const char *name) {
    (void)pthread_setname_np(thread, name);
}
