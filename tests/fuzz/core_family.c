/* SPDX-License-Identifier: MIT */
/* The registry's JSON: what parses writes and parses again to the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err;
	struct family *f = family_from_json((const char *)data, size, &err);
	struct family *g;
	struct buf b;

	if (f == NULL)
		return 0;
	buf_init(&b, 4 * FAMILY_JSON_MAX);
	family_to_json(f, &b);
	g = family_from_json(b.data, b.len, &err);
	if (g == NULL && b.len <= FAMILY_JSON_MAX)
		abort();
	if (g != NULL && !family_same_schema(f, g))
		abort();
	family_free(&f);
	family_free(&g);
	buf_done(&b);
	return 0;
}
