#define CURL_DISABLE_TYPECHECK
#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

#define FUNCTIONS(F) \
    F(curl_global_init) F(curl_easy_init) F(curl_easy_cleanup) F(curl_easy_reset) F(curl_easy_setopt) \
    F(curl_easy_getinfo) F(curl_slist_append) F(curl_slist_free_all) F(curl_multi_init) F(curl_multi_cleanup) \
    F(curl_multi_add_handle) F(curl_multi_remove_handle) F(curl_multi_perform) F(curl_multi_info_read) \
    F(curl_multi_poll) F(curl_multi_wakeup) F(curl_url) F(curl_url_cleanup) F(curl_url_set) F(curl_url_get) \
    F(curl_free)

static struct {
    bool is_loaded;
#define POINTER(name) __typeof__(name) *name;
    FUNCTIONS(POINTER)
} library;

static void load(void) {
    void *file = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!file) return;
#define FIND(name) \
    library.name = (__typeof__(library.name))dlsym(file, #name); \
    if (!library.name) return;
    FUNCTIONS(FIND)
    if (library.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return;
    signal(SIGPIPE, SIG_IGN);
    library.is_loaded = true;
}

bool lockstep_curl_load(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return library.is_loaded;
}

CURL *lockstep_curl_new(void) { return library.curl_easy_init(); }

void lockstep_curl_free(CURL *handle) { library.curl_easy_cleanup(handle); }

void lockstep_curl_reset(CURL *handle) { library.curl_easy_reset(handle); }

CURLcode lockstep_curl_set_number(CURL *handle, CURLoption option, int64_t value) {
    if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB) {
        return library.curl_easy_setopt(handle, option, (curl_off_t)value);
    }
    return library.curl_easy_setopt(handle, option, (long)value);
}

CURLcode lockstep_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return library.curl_easy_setopt(handle, option, value);
}

CURLcode lockstep_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return library.curl_easy_setopt(handle, option, value);
}

CURLcode lockstep_curl_set_receiver(
    CURL *handle, lockstep_curl_taker *head, lockstep_curl_taker *body, lockstep_curl_sender *sender, void *receiver) {
    CURLcode results[] = {
        library.curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, head),
        library.curl_easy_setopt(handle, CURLOPT_HEADERDATA, receiver),
        library.curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body),
        library.curl_easy_setopt(handle, CURLOPT_WRITEDATA, receiver),
        library.curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, sender),
        library.curl_easy_setopt(handle, CURLOPT_PREREQDATA, receiver),
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        if (results[i] != CURLE_OK) return results[i];
    }
    return CURLE_OK;
}

long lockstep_curl_status(CURL *handle) {
    long status = 0;
    library.curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

int64_t lockstep_curl_sent(CURL *handle) {
    curl_off_t sent = 0;
    library.curl_easy_getinfo(handle, CURLINFO_SIZE_UPLOAD_T, &sent);
    return sent;
}

struct curl_slist *lockstep_curl_append(struct curl_slist *list, const char *line) {
    return library.curl_slist_append(list, line);
}

void lockstep_curl_free_list(struct curl_slist *list) { library.curl_slist_free_all(list); }

CURLM *lockstep_curl_new_multi(void) { return library.curl_multi_init(); }

void lockstep_curl_free_multi(CURLM *multi) { library.curl_multi_cleanup(multi); }

CURLMcode lockstep_curl_add(CURLM *multi, CURL *handle) { return library.curl_multi_add_handle(multi, handle); }

CURLMcode lockstep_curl_remove(CURLM *multi, CURL *handle) { return library.curl_multi_remove_handle(multi, handle); }

bool lockstep_curl_go_on(CURLM *multi, CURLcode *result) {
    int running = 0, left = 0;
    *result = CURLE_OUT_OF_MEMORY;
    if (library.curl_multi_perform(multi, &running) != CURLM_OK) return false;
    if (running > 0) return true;
    for (CURLMsg *message; (message = library.curl_multi_info_read(multi, &left));) {
        if (message->msg == CURLMSG_DONE) *result = message->data.result;
    }
    return false;
}

void lockstep_curl_wait(CURLM *multi, int milliseconds) {
    library.curl_multi_poll(multi, NULL, 0, milliseconds, NULL);
}

void lockstep_curl_wake(CURLM *multi) { library.curl_multi_wakeup(multi); }

bool lockstep_curl_parse(const char *address, char **scheme, char **host) {
    CURLU *url = library.curl_url();
    *scheme = *host = NULL;
    if (!url) return false;
    bool is_address = library.curl_url_set(url, CURLUPART_URL, address, CURLU_DISALLOW_USER) == CURLUE_OK &&
                      library.curl_url_get(url, CURLUPART_SCHEME, scheme, 0) == CURLUE_OK &&
                      library.curl_url_get(url, CURLUPART_HOST, host, 0) == CURLUE_OK;
    library.curl_url_cleanup(url);
    return is_address;
}

void lockstep_curl_free_text(char *text) { library.curl_free(text); }
