#include <xxhash.h>

/* Asks for the memory that is looked at soon; nothing happens when it cannot be had. */
static inline void lockstep_fetch_ahead(const void *address) { __builtin_prefetch(address); }
