// Signed webhooks as Centra sends them, each one different, so that no server can answer one as a redelivery.
//
// The one thing to know: all of them have the same octets but for a few digits and the signature. A connection keeps a
// whole request of its own and overwrites those; the signatures are made before the clock runs.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct delivery_options {
    const char *shape;  // single, events, padded
    const char *path;
    const char *secret;
    size_t body_octets;  // of `events` (at most) and `padded` (exactly); `single` is as long as it is
    long subjects;       // how many different orders the deliveries are about; 0: each is about its own
    bool close;          // one connection for each request
    bool redis;          // the same body as the value of an XADD instead of a POST
};

// Makes the request that all others are copied from. False when the shape is unknown or the size too small.
bool deliveries_begin(const struct delivery_options *options);

// Signs the deliveries [first, first + count) in advance. Those beyond are signed when they are sent.
void deliveries_sign(long first, long count);

size_t deliveries_octets(void);
size_t deliveries_body_octets(void);

// Fills a buffer of `deliveries_octets()` for the first time.
void deliveries_copy(char *request);

// Turns a filled buffer into the delivery with this number. True when its signature was made in advance.
bool deliveries_number(char *request, long number);
