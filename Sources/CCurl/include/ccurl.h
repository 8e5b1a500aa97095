// libcurl, loaded when the first call is made, and typed forms of its calls with a variable number of arguments.
//
// It is not linked: it brings some thirty libraries along (Kerberos, LDAP, GnuTLS, ...), which would cost every program
// 5 ms of its start and 5 MiB of memory, also one that never calls anybody. Debian's package is libcurl4.
#ifndef LOCKSTEP_CCURL_H
#define LOCKSTEP_CCURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Loads libcurl and initialises it, once for the process; false when it is not installed or too old. SIGPIPE is ignored
/// from then on, because OpenSSL writes to connections that the other end has closed. Everything below needs it.
bool lockstep_curl_load(void);

CURL *lockstep_curl_new(void);
void lockstep_curl_free(CURL *handle);
/// Forgets all options, and keeps connections.
void lockstep_curl_reset(CURL *handle);
CURLcode lockstep_curl_set_number(CURL *handle, CURLoption option, int64_t value);
CURLcode lockstep_curl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode lockstep_curl_set_pointer(CURL *handle, CURLoption option, const void *value);

/// Both return how much they took; less than they were given ends the call.
typedef size_t lockstep_curl_taker(char *octets, size_t size, size_t count, void *receiver);
/// Returns CURL_PREREQFUNC_OK to send the request on a connection that stands, CURL_PREREQFUNC_ABORT to end the call.
typedef int lockstep_curl_sender(void *receiver, char *, char *, int, int);
CURLcode lockstep_curl_set_receiver(
    CURL *handle, lockstep_curl_taker *head, lockstep_curl_taker *body, lockstep_curl_sender *sender, void *receiver);

long lockstep_curl_status(CURL *handle);
/// Octets of the request's body that were handed to the connection.
int64_t lockstep_curl_sent(CURL *handle);

/// NULL when there is no memory; the list is as it was then.
struct curl_slist *lockstep_curl_append(struct curl_slist *list, const char *line);
void lockstep_curl_free_list(struct curl_slist *list);

CURLM *lockstep_curl_new_multi(void);
void lockstep_curl_free_multi(CURLM *multi);
CURLMcode lockstep_curl_add(CURLM *multi, CURL *handle);
CURLMcode lockstep_curl_remove(CURLM *multi, CURL *handle);
/// Goes on as far as it can without waiting. True while there is more to do; `result` is set once there is not.
bool lockstep_curl_go_on(CURLM *multi, CURLcode *result);
/// Waits until there is something to go on with, somebody wakes it, or the time is over.
void lockstep_curl_wait(CURLM *multi, int milliseconds);
/// From any thread.
void lockstep_curl_wake(CURLM *multi);

/// What libcurl itself makes of an address: the scheme and the host in lower case, each to be freed with
/// `lockstep_curl_free_text`. False when it is none.
bool lockstep_curl_parse(const char *address, char **scheme, char **host);
void lockstep_curl_free_text(char *text);

#endif
