// A CRC is what is left of a polynomial after division by P. Octets that stand n bits before the end may be replaced by
// their product with x^n mod P, which is shorter and leaves the same: so sixteen octets are folded onto the next sixteen,
// until sixteen are left (V. Gopal and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction",
// Intel, 2009). The last octets, fewer than sixteen, are zlib's. Powers and P are bit-reversed, as all of CRC-32 is.
#include "cchecksum.h"
#include <zlib.h>

#if defined(__x86_64__)
#include <immintrin.h>

enum { BLOCK = 16, LANES = 4 };

#define FOLDING __attribute__((target("sse2,pclmul")))

FOLDING static __m128i load(const unsigned char *octets) { return _mm_loadu_si128((const __m128i *)octets); }

// `powers` are those for both halves of the block and the distance to the one onto which it is folded.
FOLDING static __m128i fold(__m128i block, __m128i powers, __m128i onto) {
    __m128i low = _mm_clmulepi64_si128(block, powers, 0x00), high = _mm_clmulepi64_si128(block, powers, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

// Divides a block: half of it is folded onto the other, a quarter onto the last, which is divided by multiplying with the
// inverse of P (Barrett's way).
FOLDING static uint32_t divide(__m128i block) {
    const __m128i quarter = _mm_set_epi64x(0, 0xFFFFFFFF);
    const __m128i inverse = _mm_set_epi64x(0, 0x1F7011641), p = _mm_set_epi64x(0, 0x1DB710641);
    const __m128i onto_half = _mm_set_epi64x(0, 0x0CCAA009E), onto_quarter = _mm_set_epi64x(0, 0x163CD6124);
    block = _mm_xor_si128(_mm_clmulepi64_si128(block, onto_half, 0x00), _mm_srli_si128(block, 8));
    __m128i first = _mm_and_si128(block, quarter);
    block = _mm_xor_si128(_mm_clmulepi64_si128(first, onto_quarter, 0x00), _mm_srli_si128(block, 4));
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(block, quarter), inverse, 0x00);
    __m128i multiple = _mm_clmulepi64_si128(_mm_and_si128(quotient, quarter), p, 0x00);
    return (uint32_t)(_mm_cvtsi128_si64(_mm_xor_si128(block, multiple)) >> 32);
}

// At least one block. Four lanes, because a product takes several cycles and others can be begun meanwhile.
FOLDING static uint32_t folded(uint32_t checksum, const unsigned char *octets, size_t count) {
    const __m128i onto_next = _mm_set_epi64x(0x0CCAA009E, 0x1751997D0);
    const __m128i onto_same_lane = _mm_set_epi64x(0x1C6E41596, 0x154442BD4);
    __m128i block = _mm_xor_si128(load(octets), _mm_cvtsi32_si128((int)~checksum));
    octets += BLOCK, count -= BLOCK;
    if (count >= (2 * LANES - 1) * BLOCK) {
        __m128i lanes[LANES] = {block, load(octets), load(octets + BLOCK), load(octets + 2 * BLOCK)};
        octets += (LANES - 1) * BLOCK, count -= (LANES - 1) * BLOCK;
        for (; count >= LANES * BLOCK; octets += LANES * BLOCK, count -= LANES * BLOCK) {
            for (int lane = 0; lane < LANES; lane++) {
                lanes[lane] = fold(lanes[lane], onto_same_lane, load(octets + lane * BLOCK));
            }
        }
        block = lanes[0];
        for (int lane = 1; lane < LANES; lane++) block = fold(block, onto_next, lanes[lane]);
    }
    for (; count >= BLOCK; octets += BLOCK, count -= BLOCK) block = fold(block, onto_next, load(octets));
    return (uint32_t)crc32_z(~divide(block), octets, count);
}
#endif

uint32_t lockstep_crc32(uint32_t checksum, const void *octets, size_t count) {
#if defined(__x86_64__)
    if (count >= BLOCK && __builtin_cpu_supports("pclmul")) return folded(checksum, octets, count);
#endif
    return (uint32_t)crc32_z(checksum, octets, count);
}
