/* SPDX-License-Identifier: MIT */
/* The first bytes of a FastCGI connection: see wire.h.  Pure; fuzzed. */
#include "fcgi/wire.h"

#include <stdbool.h>
#include <stdint.h>

#define HEADER_BYTES   8
#define BEGIN_REQUEST  1
#define ABORT_REQUEST  2
#define PARAMS	       4
#define STDIN	       5
#define DATA	       8
#define GET_VALUES     9
#define ROLE_RESPONDER 1
#define PARAMS_BYTES   131072

/* Where the pair that is being walked stands; pairs may span records. */
struct pairs {
	unsigned char head[8]; /* the lengths, as far as they have arrived */
	size_t n_head;
	uint64_t skip; /* bytes of name and value still to come */
	uint64_t total;
};

/* A length of 1 or 4 bytes at p: its size, or 0 when not all is there. */
static size_t
take_length(const unsigned char *p, size_t n, uint32_t *out)
{
	if (n == 0)
		return 0;
	if (p[0] < 128) {
		*out = p[0];
		return 1;
	}
	if (n < 4)
		return 0;
	*out = (uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
	return 4;
}

/* Adds one byte of a pair's lengths; -1 when they are absurd. */
static int
add_head(struct pairs *s, unsigned char c)
{
	uint32_t name, value;
	size_t a, b;

	s->head[s->n_head++] = c;
	a = take_length(s->head, s->n_head, &name);
	if (a == 0)
		return 0;
	if (name > WIRE_NAME_MAX)
		return -1;
	b = take_length(s->head + a, s->n_head - a, &value);
	if (b == 0)
		return 0;
	if (value > WIRE_VALUE_MAX)
		return -1;
	s->skip = (uint64_t)name + value;
	s->n_head = 0;
	return 0;
}

static int
walk_params(struct pairs *s, const unsigned char *p, size_t n)
{
	s->total += n;
	if (s->total > PARAMS_BYTES)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (s->skip > 0) {
			size_t step = n - i < s->skip ? n - i : (size_t)s->skip;

			s->skip -= step;
			i += step - 1;
		} else if (add_head(s, p[i]) != 0) {
			return -1;
		}
	}
	return 0;
}

static int
check_begin(const unsigned char *body, size_t there, size_t length)
{
	if (length != 8)
		return -1;
	if (there >= 2 && (body[0] << 8 | body[1]) != ROLE_RESPONDER)
		return -1;
	return 0;
}

int
wire_check(const unsigned char *data, size_t len)
{
	struct pairs pairs = {0};
	bool begun = false, named = false, whole = false;
	size_t at = 0;

	while (len - at >= HEADER_BYTES) {
		const unsigned char *h = data + at;
		size_t length = (size_t)(h[4] << 8 | h[5]);
		size_t there = len - at - HEADER_BYTES;
		int rc = 0;

		if (there > length)
			there = length;
		if (h[0] != 1)
			return -1;
		switch (h[1]) {
		case BEGIN_REQUEST:
			rc = begun
				 ? -1
				 : check_begin(h + HEADER_BYTES, there, length);
			begun = true;
			break;
		case PARAMS:
			rc = begun
				 ? walk_params(&pairs, h + HEADER_BYTES, there)
				 : -1;
			named |= length == 0;
			break;
		case STDIN:
		case DATA:
		case ABORT_REQUEST:
		case GET_VALUES:
			rc = begun || h[1] == GET_VALUES ? 0 : -1;
			whole |= named && h[1] == STDIN && length == 0;
			break;
		default:
			rc = -1;
		}
		if (rc != 0)
			return -1;
		length += HEADER_BYTES + (size_t)h[6];
		if (length > len - at)
			return 0;
		at += length;
	}
	return whole ? 1 : 0;
}
