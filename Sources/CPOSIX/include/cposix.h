// The calls and constants that Swift's Glibc module does not show: epoll, eventfd, accept4.
#ifndef LOCKSTEP_CPOSIX_H
#define LOCKSTEP_CPOSIX_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/// `accept4` with SOCK_NONBLOCK | SOCK_CLOEXEC; a GNU extension that Glibc's module map hides.
int lockstep_accept(int listener, struct sockaddr *address, socklen_t *length);

#endif
