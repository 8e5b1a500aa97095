// CRC-32 as zlib's, several times as fast where the processor multiplies without carrying (PCLMULQDQ).
#ifndef LOCKSTEP_CCHECKSUM_H
#define LOCKSTEP_CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// zlib's `crc32_z`: the checksum of what `checksum` stands for followed by these octets; 0 stands for nothing.
uint32_t lockstep_crc32(uint32_t checksum, const void *octets, size_t count);

#endif
