/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4) and its HMAC (RFC 2104), for signatures of messages. */
#ifndef CORE_SHA256_H
#define CORE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32

struct sha256 {
	uint32_t h[8];
	uint64_t n_bytes;
	unsigned char block[64];
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t n);
void sha256_end(struct sha256 *s, unsigned char out[SHA256_BYTES]);

void hmac_sha256(const void *key, size_t key_len, const void *data, size_t n,
		 unsigned char out[SHA256_BYTES]);

#endif
