// What the machine can do: the least that a durable receiver of Centra's webhooks has to do, and nothing else. One
// thread; each turn of its loop is one commit: all requests that arrived are verified and written with one `pwrite`
// into a file that was zeroed in advance, then one `fdatasync`, then all of them are answered 204.
//
//   reference PORT SECRET FILE [MiB]        ends on SIGTERM and prints what it counted
//
// The one thing to know: it is a measure, not a product. It does not recognise redeliveries, does not read the events
// beyond the first id, works on nothing, cannot be restarted, overwrites its file from the start when it is full, and
// is strict about nothing but the signature.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum {
    REQUEST_LIMIT = 32768, TURN_LIMIT = 1024, TOLERANCE_IN_SECONDS = 300, LANES = 65536, LANE_DEPTH = 16,
    RECORD_HEAD = 16
};

struct client {
    int socket;
    bool close;
    size_t received;
    char buffer[REQUEST_LIMIT];
};

struct request {
    const char *body, *signature;
    size_t head_octets, body_octets, signature_octets;
    bool close;
};

enum parsed { INCOMPLETE, REFUSED, COMPLETE };

static struct {
    char *records;
    size_t octets, room;
    struct client **clients;
    size_t count, client_room;
} batch;

static struct { uint64_t offsets[LANE_DEPTH]; uint32_t next; } lanes[LANES];  // per order: where its records stand
static uint64_t deliveries, syncs;
static int poller, journal;
static size_t journal_octets, journal_at;
static int64_t seconds_now, nanoseconds_now;
static EVP_MAC_CTX *mac;
static volatile sig_atomic_t ended;

_Noreturn static void die(const char *what) {
    fprintf(stderr, "reference: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void *grown(void *place, size_t octets) {
    void *new_place = realloc(place, octets);
    if (new_place == NULL) die("memory");
    return new_place;
}

// Is it genuine?

static int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

// `t=1700000000,v1=64 hex digits`: HMAC-SHA256 over the time, a full stop and the raw body.
static bool is_genuine(const struct request *request) {
    const char *text = request->signature, *end = text + request->signature_octets;
    unsigned char stated[32], made[32];
    size_t made_octets;
    int64_t time = 0;
    if (text == NULL || end - text < 2 || memcmp(text, "t=", 2) != 0) return false;
    const char *digit = text + 2;
    for (; digit < end && *digit >= '0' && *digit <= '9' && digit - text < 14; digit++) time = time * 10 + (*digit - '0');
    if (end - digit != 4 + 64 || memcmp(digit, ",v1=", 4) != 0) return false;
    if (llabs(seconds_now - time) > TOLERANCE_IN_SECONDS) return false;
    for (int index = 0; index < 32; index++) {
        int high = hex_value(digit[4 + 2 * index]), low = hex_value(digit[5 + 2 * index]);
        if (high < 0 || low < 0) return false;
        stated[index] = (unsigned char)(high << 4 | low);
    }
    EVP_MAC_init(mac, NULL, 0, NULL);
    EVP_MAC_update(mac, (const unsigned char *)text + 2, (size_t)(digit - text) - 2);
    EVP_MAC_update(mac, (const unsigned char *)".", 1);
    EVP_MAC_update(mac, (const unsigned char *)request->body, request->body_octets);
    EVP_MAC_final(mac, made, &made_octets, sizeof made);
    return CRYPTO_memcmp(stated, made, sizeof made) == 0;
}

// HTTP, as far as needed

static bool is_field(const char *line, size_t octets, const char *name, size_t name_octets) {
    return octets > name_octets && (line[0] | 32) == (name[0] | 32) && strncasecmp(line, name, name_octets) == 0;
}

static void read_field(const char *line, size_t octets, struct request *request, long *length) {
    if (is_field(line, octets, "Content-Length:", 15)) {
        *length = strtol(line + 15, NULL, 10);
    } else if (is_field(line, octets, "X-Centra-Signature:", 19)) {
        request->signature = line + 19;
        while (*request->signature == ' ') request->signature += 1;
        request->signature_octets = (size_t)(line + octets - request->signature);
    } else if (is_field(line, octets, "Connection: ", 12)) {
        request->close = octets == 17 && strncasecmp(line + 12, "close", 5) == 0;
    }
}

static enum parsed parse(const char *text, size_t octets, struct request *request) {
    const char *end = text + octets, *line = memchr(text, '\n', octets);
    enum parsed unfinished = octets < REQUEST_LIMIT ? INCOMPLETE : REFUSED;
    long length = -1;
    *request = (struct request){0};
    if (line == NULL) return unfinished;
    if (memcmp(text, "POST ", 5) != 0) return REFUSED;
    for (line += 1;;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        if (next == NULL) return unfinished;
        size_t line_octets = (size_t)(next - line);
        if (line_octets < 2) break;
        read_field(line, line_octets - 1, request, &length);
        line = next + 1;
    }
    request->body = line + 2;
    request->head_octets = (size_t)(request->body - text);
    if (length < 0 || request->head_octets + (size_t)length > REQUEST_LIMIT) return REFUSED;
    request->body_octets = (size_t)length;
    return octets >= request->head_octets + request->body_octets ? COMPLETE : unfinished;
}

// Answers

static void drop(struct client *client) {
    close(client->socket);
    free(client);
}

// Answers are shorter than any socket's buffer. False when the connection has ended.
static bool answer(struct client *client, const char *text, size_t octets, bool last) {
    if (send(client->socket, text, octets, MSG_NOSIGNAL) == (ssize_t)octets && !last) return true;
    drop(client);
    return false;
}

static void refuse(struct client *client, bool forged) {
    static const char malformed[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    static const char unauthorized[] = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    answer(client, forged ? unauthorized : malformed, forged ? sizeof unauthorized - 1 : sizeof malformed - 1, true);
}

static bool accept_delivery(struct client *client) {
    static const char keep[] = "HTTP/1.1 204 No Content\r\n\r\n";
    static const char close[] = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    if (client->close) return answer(client, close, sizeof close - 1, true);
    return answer(client, keep, sizeof keep - 1, false);
}

// Making it durable

static void note_order(const struct request *request, uint64_t offset) {
    static const char mark[] = "%22id%22%3A";
    const char *digit = memmem(request->body, request->body_octets, mark, sizeof mark - 1);
    const char *end = request->body + request->body_octets;
    uint64_t order = 0;
    if (digit == NULL) return;
    for (digit += sizeof mark - 1; digit < end && *digit >= '0' && *digit <= '9'; digit++) {
        order = order * 10 + (uint64_t)(*digit - '0');
    }
    uint64_t lane = order * 0x9E3779B97F4A7C15u >> 48;
    lanes[lane].offsets[lanes[lane].next++ % LANE_DEPTH] = offset;
}

// The one that Lockstep uses.
static uint32_t checksum(const struct request *request) {
    return (uint32_t)crc32(0, (const unsigned char *)request->body, (unsigned)request->body_octets);
}

static void stage(struct client *client, const struct request *request) {
    size_t octets = RECORD_HEAD + request->body_octets;
    if (batch.octets + octets > batch.room) batch.records = grown(batch.records, batch.room = 2 * (batch.octets + octets));
    if (batch.count == batch.client_room) {
        batch.client_room = batch.client_room == 0 ? TURN_LIMIT : 2 * batch.client_room;
        batch.clients = grown(batch.clients, batch.client_room * sizeof *batch.clients);
    }
    uint32_t head[2] = {(uint32_t)request->body_octets, checksum(request)};
    int64_t time = seconds_now * 1000000000 + nanoseconds_now;
    char *record = batch.records + batch.octets;
    memcpy(record, head, 8);
    memcpy(record + 8, &time, 8);
    memcpy(record + RECORD_HEAD, request->body, request->body_octets);
    note_order(request, journal_at + batch.octets);
    client->close = request->close;
    batch.clients[batch.count++] = client;
    batch.octets += octets;
}

static void process(struct client *client) {
    struct request request;
    enum parsed parsed = parse(client->buffer, client->received, &request);
    if (parsed == INCOMPLETE) return;
    if (parsed == REFUSED) return refuse(client, false);
    if (!is_genuine(&request)) return refuse(client, true);
    stage(client, &request);
    size_t used = request.head_octets + request.body_octets;
    memmove(client->buffer, client->buffer + used, client->received - used);
    client->received -= used;
}

static void commit(void) {
    if (batch.octets > journal_octets) die("a batch larger than the file");
    if (journal_at + batch.octets > journal_octets) journal_at = 0;
    if (pwrite(journal, batch.records, batch.octets, (off_t)journal_at) != (ssize_t)batch.octets) die("pwrite");
    if (fdatasync(journal) != 0) die("fdatasync");
    journal_at += batch.octets;
    syncs += 1;
    deliveries += batch.count;
}

// A client that has sent its next request already goes into the next batch.
static void commit_and_answer(void) {
    commit();
    size_t count = batch.count;
    struct client *answered[count];
    memcpy(answered, batch.clients, count * sizeof *answered);
    batch.count = batch.octets = 0;
    for (size_t index = 0; index < count; index++) {
        if (accept_delivery(answered[index]) && answered[index]->received > 0) process(answered[index]);
    }
}

// The loop

static void watch(int socket, void *what) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event) != 0) die("epoll_ctl");
}

static void accept_all(int listener) {
    for (int socket; (socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        struct client *client = grown(NULL, sizeof *client);
        client->socket = socket;
        client->received = 0;
        watch(socket, client);
    }
}

static void receive(struct client *client) {
    ssize_t octets = recv(client->socket, client->buffer + client->received, REQUEST_LIMIT - client->received, 0);
    if (octets < 0 && errno == EAGAIN) return;
    if (octets <= 0) return drop(client);
    client->received += (size_t)octets;
    process(client);
}

static void turn(int listener, const sigset_t *signals) {
    struct epoll_event events[TURN_LIMIT];
    struct timespec time;
    int count = epoll_pwait(poller, events, TURN_LIMIT, -1, signals);
    clock_gettime(CLOCK_REALTIME_COARSE, &time);
    seconds_now = time.tv_sec;
    nanoseconds_now = time.tv_nsec;
    for (int index = 0; index < count; index++) {
        struct client *client = events[index].data.ptr;
        if (client == NULL) accept_all(listener); else receive(client);
    }
    while (batch.count > 0) commit_and_answer();
}

static void open_journal(const char *path, size_t octets) {
    static const char zeroes[1 << 20];
    journal = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (journal < 0) die(path);
    for (; journal_octets < octets; journal_octets += sizeof zeroes) {
        if (pwrite(journal, zeroes, sizeof zeroes, (off_t)journal_octets) != sizeof zeroes) die("zeroing the file");
    }
    if (fsync(journal) != 0) die("fsync");
}

static int open_listener(int port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);  // connections inherit it
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) die("bind");
    if (listen(listener, 4096) != 0) die("listen");
    return listener;
}

static void make_mac(const char *secret) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
    mac = EVP_MAC_CTX_new(EVP_MAC_fetch(NULL, "HMAC", NULL));
    if (mac == NULL || !EVP_MAC_init(mac, (const unsigned char *)secret, strlen(secret), parameters)) die("HMAC");
}

static void end(int signal) { (void)signal, ended = 1; }

int main(int count, char **arguments) {
    if (count < 4) return fprintf(stderr, "reference PORT SECRET FILE [MiB]\n"), 64;
    sigset_t terminate, before;
    sigemptyset(&terminate);
    sigaddset(&terminate, SIGTERM);
    sigprocmask(SIG_BLOCK, &terminate, &before);
    signal(SIGTERM, end);
    make_mac(arguments[2]);
    open_journal(arguments[3], (size_t)(count > 4 ? atol(arguments[4]) : 64) << 20);
    poller = epoll_create1(EPOLL_CLOEXEC);
    int listener = open_listener(atoi(arguments[1]));
    watch(listener, NULL);
    while (!ended) turn(listener, &before);
    printf("{\"deliveries\":%llu,\"syncs\":%llu}\n", (unsigned long long)deliveries, (unsigned long long)syncs);
    return 0;
}
