// The calls and constants that Swift's Glibc module does not show: epoll, eventfd, accept4, peer credentials.
#ifndef LOCKSTEP_CPOSIX_H
#define LOCKSTEP_CPOSIX_H

#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/// `accept4` with SOCK_NONBLOCK | SOCK_CLOEXEC; a GNU extension that Glibc's module map hides.
int lockstep_accept(int listener, struct sockaddr *address, socklen_t *length);

/// The user id of the process at the other end of a Unix socket (SO_PEERCRED); -1 and errno when unknown.
int lockstep_peer_user(int descriptor, uint32_t *user);

/// `getrandom` for the whole buffer; -1 and errno on failure.
int lockstep_random(void *buffer, size_t count);

/// `pthread_setname_np`, another GNU extension. A name that is too long is not an error worth stopping for.
void lockstep_name_thread(pthread_t thread, const char *name);

/// Sleeps while the 32-bit `word` is `value`, at most `milliseconds` (for ever when negative). May return early.
void lockstep_sleep(const void *word, uint32_t value, int milliseconds);

/// Wakes who sleeps because of `word`.
void lockstep_wake(const void *word);

#endif
