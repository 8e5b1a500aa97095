#include "deliveries.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LONGEST = 1 << 20, MOST_EVENTS = 1000, SIGNATURE_OCTETS = 64, ID_DIGITS = 7, MICROSECOND_DIGITS = 6 };

// One event: `{"type":"order","action":"update","date":"2026-11-23 08:00:00.000000","id":1000000}`, percent-encoded.
static const char EVENT_FORMAT[] =
    "%%7B%%22type%%22%%3A%%22%s%%22%%2C%%22action%%22%%3A%%22%s%%22%%2C"
    "%%22date%%22%%3A%%222026-11-23%%2008%%3A00%%3A00.000000%%22%%2C%%22id%%22%%3A1000000%%7D";
static const char SECONDS_MARK[] = "08%3A00%3A", ID_MARK[] = "%22id%22%3A";
static const char *const KINDS[][2] = {
    {"order", "update"}, {"shipment", "create"}, {"shipment", "good_to_go"}, {"return", "create"}};

static struct delivery_options options;
static char template[LONGEST];
static size_t template_octets, body_at, body_octets, signature_at;
static size_t seconds_at[MOST_EVENTS], id_at[MOST_EVENTS];
static int events;
static char signed_time[24];
static EVP_MAC_CTX *mac;
static char (*signatures)[SIGNATURE_OCTETS];
static long first_signed, signed_count;

static size_t append_event(char *text) {
    const char *const *kind = KINDS[events % (int)(sizeof KINDS / sizeof KINDS[0])];
    events += 1;
    return (size_t)sprintf(text, EVENT_FORMAT, kind[0], kind[1]);
}

static size_t compose_events(char *body, size_t limit) {
    static const char end[] = "%5D%7D";
    char event[512];
    size_t length = (size_t)sprintf(body, "payload=%%7B%%22events%%22%%3A%%5B");
    while (events < MOST_EVENTS) {
        const char *separator = events == 0 ? "" : "%2C";
        size_t octets = append_event(event);
        if (events > 1 && length + strlen(separator) + octets + strlen(end) > limit) {
            events -= 1;
            break;
        }
        length += (size_t)sprintf(body + length, "%s%s", separator, event);
    }
    return length + (size_t)sprintf(body + length, "%s", end);
}

// A member that no one knows, and that must not be kept: the whole form has to be read, and written without it.
static size_t compose_padded(char *body, size_t limit) {
    static const char end[] = "%22%7D";
    size_t length = (size_t)sprintf(body, "payload=%%7B%%22events%%22%%3A%%5B");
    length += append_event(body + length);
    length += (size_t)sprintf(body + length, "%%5D%%2C%%22pad%%22%%3A%%22");
    while (length + strlen(end) < limit) {
        body[length] = "abcdefghijklmnopqrstuvwxyz0123456789"[length % 36];
        length += 1;
    }
    return length + (size_t)sprintf(body + length, "%s", end);
}

static size_t compose_body(char *body) {
    if (strcmp(options.shape, "single") == 0) return compose_events(body, 0);
    if (strcmp(options.shape, "events") == 0) return compose_events(body, options.body_octets);
    if (strcmp(options.shape, "padded") == 0) return compose_padded(body, options.body_octets);
    return 0;
}

static void compose_request(const char *body) {
    size_t at = 0;
    if (options.redis) {
        at = (size_t)sprintf(
            template, "*5\r\n$4\r\nXADD\r\n$10\r\ndeliveries\r\n$1\r\n*\r\n$4\r\nbody\r\n$%zu\r\n", body_octets);
    } else {
        at = (size_t)sprintf(
            template,
            "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: centra-webhook/1.0\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nX-Centra-Signature: t=%s,v1=",
            options.path, signed_time);
        signature_at = at;
        at += (size_t)sprintf(
            template + at, "%064d\r\nContent-Length: %zu\r\n%s\r\n", 0, body_octets,
            options.close ? "Connection: close\r\n" : "");
    }
    body_at = at;
    memcpy(template + at, body, body_octets);
    template_octets = at + body_octets;
    if (options.redis) template_octets += (size_t)sprintf(template + template_octets, "\r\n");
}

static void find_digits(void) {
    const char *from = template + body_at;
    for (int index = 0; index < events; index++) {
        from = strstr(from, SECONDS_MARK) + strlen(SECONDS_MARK);
        seconds_at[index] = (size_t)(from - template);
        from = strstr(from, ID_MARK) + strlen(ID_MARK);
        id_at[index] = (size_t)(from - template);
    }
}

static void make_mac(void) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
    mac = EVP_MAC_CTX_new(EVP_MAC_fetch(NULL, "HMAC", NULL));
    if (mac == NULL || !EVP_MAC_init(mac, (const unsigned char *)options.secret, strlen(options.secret), parameters)) {
        fprintf(stderr, "loadgen: OpenSSL has no HMAC-SHA256\n");
        exit(1);
    }
}

bool deliveries_begin(const struct delivery_options *given) {
    static char body[LONGEST / 2];
    options = *given;
    if (options.body_octets > sizeof body - 1024 || strlen(options.path) > 1024) return false;
    body_octets = compose_body(body);
    if (body_octets == 0) return false;
    sprintf(signed_time, "%lld", (long long)time(NULL));
    compose_request(body);
    find_digits();
    make_mac();
    return true;
}

size_t deliveries_octets(void) { return template_octets; }
size_t deliveries_body_octets(void) { return body_octets; }
void deliveries_copy(char *request) { memcpy(request, template, template_octets); }

static void write_digits(char *place, int digits, long value) {
    for (int index = digits - 1; index >= 0; index--, value /= 10) place[index] = (char)('0' + value % 10);
}

static void write_numbers(char *request, long number) {
    long subject = options.subjects > 0 ? number % options.subjects : number;
    for (int index = 0; index < events; index++) {
        write_digits(request + seconds_at[index], 2, number / 1000000 % 60);
        write_digits(request + seconds_at[index] + 3, MICROSECOND_DIGITS, number % 1000000);
        write_digits(request + id_at[index], ID_DIGITS, 1000000 + subject % 9000000);
    }
}

// Hex HMAC-SHA256 over the time, a full stop and the body (Centra, "Webhooks").
static void sign(const char *request, char *signature) {
    unsigned char digest[32];
    size_t length;
    EVP_MAC_init(mac, NULL, 0, NULL);
    EVP_MAC_update(mac, (const unsigned char *)signed_time, strlen(signed_time));
    EVP_MAC_update(mac, (const unsigned char *)".", 1);
    EVP_MAC_update(mac, (const unsigned char *)request + body_at, body_octets);
    EVP_MAC_final(mac, digest, &length, sizeof digest);
    for (int index = 0; index < 32; index++) {
        signature[2 * index] = "0123456789abcdef"[digest[index] >> 4];
        signature[2 * index + 1] = "0123456789abcdef"[digest[index] & 15];
    }
}

void deliveries_sign(long first, long count) {
    if (options.redis || count <= 0) return;
    char *request = malloc(template_octets);
    signatures = malloc((size_t)count * SIGNATURE_OCTETS);
    if (request == NULL || signatures == NULL) {
        fprintf(stderr, "loadgen: no memory for %ld signatures\n", count);
        exit(1);
    }
    deliveries_copy(request);
    for (long index = 0; index < count; index++) {
        write_numbers(request, first + index);
        sign(request, signatures[index]);
    }
    first_signed = first;
    signed_count = count;
    free(request);
}

bool deliveries_number(char *request, long number) {
    write_numbers(request, number);
    if (options.redis) return true;
    long index = number - first_signed;
    if (index >= 0 && index < signed_count) {
        memcpy(request + signature_at, signatures[index], SIGNATURE_OCTETS);
        return true;
    }
    sign(request, request + signature_at);
    return false;
}
