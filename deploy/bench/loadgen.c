// Sends signed webhooks over many connections, each connection one request after the other, and measures what comes
// back and what it costs the server. Prints one line of JSON; `deploy/bench/run` makes the table of it.
//
//   loadgen --port N [--path P] [--secret S] [--connections N] [--seconds N] [--warm-up N] [--server PID]
//           [--shape single|events|padded] [--body OCTETS] [--subjects N] [--first N] [--prepare N] [--close] [--redis]
//   loadgen --port N --requests N ...    exactly so many, without a clock
//
// The one thing to know: every request that was begun is waited for, also after the measured time. So `accepted` is
// what the server must have kept, to the last one.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "deliveries.h"
#include "process.h"

enum { REPLY_LIMIT = 8192, EVENT_LIMIT = 512, PATIENCE_IN_SECONDS = 10 };

enum state { CONNECTING, SENDING, READING, IDLE };

struct connection {
    int socket;
    enum state state;
    char *request;
    size_t sent;
    double began;
    char reply[REPLY_LIMIT];
    size_t received;
};

static struct {
    int port, connections, server;
    double seconds, warm_up;
    long requests, first, prepared;
    struct delivery_options delivery;
} options = {
    .connections = 64, .seconds = 2, .warm_up = 0.3, .prepared = 100000,
    .delivery = {.shape = "padded", .path = "/v1/bench/centra", .secret = "", .body_octets = 1024},
};

static struct {
    long begun, outstanding, accepted, refused, errors, reconnects, signed_late;
    char first_refusal[160];
} counts;

static float *latencies;  // seconds, of the requests that were answered in the measured time
static size_t latency_count, latency_room;
static bool measuring, stopping;
static int poller;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

_Noreturn static void die(const char *what) {
    fprintf(stderr, "loadgen: %s: %s\n", what, strerror(errno));
    exit(1);
}

// Connections

static void open_connection(struct connection *c) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)options.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
    c->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->socket < 0) die("socket");
    if (connect(c->socket, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) die("connect");
    if (epoll_ctl(poller, EPOLL_CTL_ADD, c->socket, &event) != 0) die("epoll_ctl");
    c->state = CONNECTING;
}

static bool may_begin(void) { return !stopping && (options.requests == 0 || counts.begun < options.requests); }

static void send_rest(struct connection *c);

static void begin(struct connection *c, double time) {
    if (!deliveries_number(c->request, options.first + counts.begun)) counts.signed_late += 1;
    counts.begun += 1;
    counts.outstanding += 1;
    c->began = time;
    c->sent = c->received = 0;
    if (c->state == IDLE) send_rest(c);
}

// With `--close`, connecting is part of the request.
static void begin_next(struct connection *c, double time, bool reopen) {
    if (reopen) {
        close(c->socket);
        c->state = IDLE;
        if (!may_begin()) return;
        open_connection(c);
    }
    if (may_begin()) begin(c, time);
}

// Without its answer nobody knows whether the delivery was kept; it is neither accepted nor refused.
static void fail(struct connection *c) {
    counts.errors += 1;
    counts.outstanding -= 1;
    begin_next(c, now(), true);
}

static void send_rest(struct connection *c) {
    ssize_t octets = send(c->socket, c->request + c->sent, deliveries_octets() - c->sent, MSG_NOSIGNAL);
    if (octets < 0 && errno != EAGAIN) return fail(c);
    if (octets > 0) c->sent += (size_t)octets;
    c->state = c->sent == deliveries_octets() ? READING : SENDING;
}

// Replies

struct reply { bool whole, accepted, close; };

static struct reply read_http(const char *text, size_t length) {
    struct reply reply = {0};
    const char *end = memmem(text, length, "\r\n\r\n", 4);
    if (end == NULL) return reply;
    size_t body = 0;
    for (const char *line = memchr(text, '\n', length); line < end; line = memchr(line, '\n', length)) {
        line += 1;
        if (strncasecmp(line, "content-length:", 15) == 0) body = strtoul(line + 15, NULL, 10);
        if (strncasecmp(line, "connection: close", 17) == 0) reply.close = true;
    }
    reply.whole = length >= (size_t)(end + 4 - text) + body;
    reply.accepted = length > 9 && text[9] == '2';
    return reply;
}

// XADD answers `$15\r\n1700000000000-0\r\n`, a failure `-ERR …\r\n`.
static struct reply read_redis(const char *text, size_t length) {
    struct reply reply = {.accepted = text[0] == '$'};
    const char *line_end = memmem(text, length, "\r\n", 2);
    if (line_end == NULL) return reply;
    size_t rest = reply.accepted ? strtoul(text + 1, NULL, 10) + 2 : 0;
    reply.whole = length >= (size_t)(line_end + 2 - text) + rest;
    return reply;
}

static void note_latency(double seconds) {
    if (latency_count == latency_room) {
        latency_room = latency_room == 0 ? 1 << 20 : latency_room * 2;
        latencies = realloc(latencies, latency_room * sizeof *latencies);
        if (latencies == NULL) die("latencies");
    }
    latencies[latency_count++] = (float)seconds;
}

static void finish(struct connection *c, struct reply reply) {
    double time = now();
    if (reply.accepted) {
        counts.accepted += 1;
    } else {
        if (counts.refused == 0) snprintf(counts.first_refusal, sizeof counts.first_refusal, "%.40s", c->reply);
        counts.refused += 1;
    }
    counts.outstanding -= 1;
    if (measuring) note_latency(time - c->began);
    c->state = IDLE;
    if (reply.close && !options.delivery.close) counts.reconnects += 1;
    begin_next(c, time, reply.close || options.delivery.close);
}

static void receive(struct connection *c) {
    ssize_t octets = recv(c->socket, c->reply + c->received, REPLY_LIMIT - 1 - c->received, 0);
    if (octets < 0 && errno == EAGAIN) return;
    if (octets <= 0) {
        if (c->state != IDLE) return fail(c);
        close(c->socket);
        return;
    }
    c->received += (size_t)octets;
    c->reply[c->received] = 0;
    struct reply reply =
        options.delivery.redis ? read_redis(c->reply, c->received) : read_http(c->reply, c->received);
    if (reply.whole) return finish(c, reply);
    if (c->received == REPLY_LIMIT - 1) fail(c);
}

// Events are reported once, when something changed: what came while the request was still being sent is asked for here.
static void handle(struct connection *c, uint32_t events) {
    if (c->state == CONNECTING || c->state == SENDING) {
        if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) send_rest(c);
        if (c->state == READING && events & EPOLLIN) receive(c);
    } else if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
        receive(c);
    }
}

// The run

struct window { double time, own, machine; struct process_usage server; };

static struct window look(void) {
    return (struct window){
        .time = now(), .own = own_cpu(), .machine = machine_cpu(), .server = process_usage(options.server)};
}

static void turn(void) {
    struct epoll_event events[EVENT_LIMIT];
    int count = epoll_wait(poller, events, EVENT_LIMIT, 20);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int index = 0; index < count; index++) handle(events[index].data.ptr, events[index].events);
}

static void run_until(double time) {
    while (now() < time && (may_begin() || counts.outstanding > 0)) turn();
}

static void run(struct window *from, struct window *to) {
    if (options.requests > 0) options.warm_up = 0, options.seconds = 3600;
    run_until(now() + options.warm_up);
    *from = look();
    measuring = true;
    run_until(from->time + options.seconds);
    measuring = false;
    *to = look();
    stopping = true;
    for (double limit = now() + PATIENCE_IN_SECONDS; counts.outstanding > 0 && now() < limit;) turn();
    counts.errors += counts.outstanding;
}

static void open_all(void) {
    double time = now();
    for (int index = 0; index < options.connections && may_begin(); index++) {
        struct connection *c = calloc(1, sizeof *c);
        if (c == NULL || (c->request = malloc(deliveries_octets())) == NULL) die("connections");
        deliveries_copy(c->request);
        open_connection(c);
        begin(c, time);
    }
}

// The report

static int by_size(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return (a > b) - (a < b);
}

static double percentile_us(double share) {
    if (latency_count == 0) return 0;
    size_t index = (size_t)(share * (double)latency_count);
    return (double)latencies[index < latency_count ? index : latency_count - 1] * 1e6;
}

static void print_report(const struct window *from, const struct window *to) {
    double time = to->time - from->time, each = latency_count > 0 ? 1e6 / (double)latency_count : 0;
    double server = to->server.cpu - from->server.cpu, own = to->own - from->own;
    qsort(latencies, latency_count, sizeof *latencies, by_size);
    printf("{\"connections\":%d,\"close\":%s,\"body\":%zu,\"shape\":\"%s\",", options.connections,
        options.delivery.close ? "true" : "false", deliveries_body_octets(), options.delivery.shape);
    printf("\"rate\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"longest_us\":%.1f,",
        (double)latency_count / time, percentile_us(0.5), percentile_us(0.99), percentile_us(0.999), percentile_us(1));
    printf("\"accepted\":%ld,\"refused\":%ld,\"errors\":%ld,\"reconnects\":%ld,\"signed_late\":%ld,", counts.accepted,
        counts.refused, counts.errors, counts.reconnects, counts.signed_late);
    for (char *c = counts.first_refusal; *c; c++) if (*c < ' ' || *c == '"' || *c == '\\' || *c > '~') *c = ' ';
    printf("\"first_refusal\":\"%s\",", counts.first_refusal);
    printf("\"cpu_us\":%.3f,\"user_us\":%.3f,\"client_us\":%.3f,", server * each,
        (to->server.user - from->server.user) * each, own * each);
    printf("\"server_cores\":%.3f,\"client_cores\":%.3f,\"other_cores\":%.3f,", server / time, own / time,
        (to->machine - from->machine - server - own) / time);
    printf("\"switches\":%.4f,\"resident_kib\":%ld,\"peak_kib\":%ld}\n",
        (double)(to->server.switches - from->server.switches) * each / 1e6, to->server.resident_kib,
        to->server.peak_kib);
}

// Arguments

static double number(const char *name, const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (*text == 0 || *end != 0 || value < 0 || value > 1e9) {
        fprintf(stderr, "loadgen: --%s %s is not a number in range\n", name, text);
        exit(64);
    }
    return value;
}

static void set(const char *name, const char *value) {
    struct delivery_options *delivery = &options.delivery;
    if (strcmp(name, "port") == 0) options.port = (int)number(name, value);
    else if (strcmp(name, "path") == 0) delivery->path = value;
    else if (strcmp(name, "secret") == 0) delivery->secret = value;
    else if (strcmp(name, "connections") == 0) options.connections = (int)number(name, value);
    else if (strcmp(name, "seconds") == 0) options.seconds = number(name, value);
    else if (strcmp(name, "warm-up") == 0) options.warm_up = number(name, value);
    else if (strcmp(name, "server") == 0) options.server = (int)number(name, value);
    else if (strcmp(name, "shape") == 0) delivery->shape = value;
    else if (strcmp(name, "body") == 0) delivery->body_octets = (size_t)number(name, value);
    else if (strcmp(name, "subjects") == 0) delivery->subjects = (long)number(name, value);
    else if (strcmp(name, "first") == 0) options.first = (long)number(name, value);
    else if (strcmp(name, "prepare") == 0) options.prepared = (long)number(name, value);
    else if (strcmp(name, "requests") == 0) options.requests = (long)number(name, value);
    else if (strcmp(name, "close") == 0) delivery->close = true;
    else if (strcmp(name, "redis") == 0) delivery->redis = true;
}

static void read_arguments(int count, char **arguments) {
    static const char *const with_value[] = {
        "port", "path", "secret", "connections", "seconds", "warm-up", "server", "shape", "body", "subjects", "first",
        "prepare", "requests"};
    enum { VALUES = sizeof with_value / sizeof with_value[0] };
    struct option known[VALUES + 3] = {0};
    for (int index = 0; index < VALUES; index++) known[index] = (struct option){with_value[index], required_argument, 0, 1};
    known[VALUES] = (struct option){"close", no_argument, 0, 1};
    known[VALUES + 1] = (struct option){"redis", no_argument, 0, 1};
    for (int index, found; (found = getopt_long(count, arguments, "", known, &index)) != -1;) {
        if (found != 1) exit(64);
        set(known[index].name, optarg);
    }
    if (optind != count || options.port < 1 || options.port > 65535 || options.connections < 1) {
        fprintf(stderr, "loadgen: say --port and at least one connection; the head of loadgen.c lists the options\n");
        exit(64);
    }
}

int main(int count, char **arguments) {
    struct window from, to;
    read_arguments(count, arguments);
    if (!deliveries_begin(&options.delivery)) {
        fprintf(stderr, "loadgen: no such --shape, or --body or --path is too long\n");
        return 64;
    }
    deliveries_sign(options.first, options.requests > 0 ? options.requests : options.prepared);
    if ((poller = epoll_create1(EPOLL_CLOEXEC)) < 0) die("epoll_create1");
    open_all();
    run(&from, &to);
    print_report(&from, &to);
    return counts.refused > 0 || counts.errors > 0 ? 3 : 0;
}
