/* SPDX-License-Identifier: MIT */
/* The first bytes of a FastCGI connection: judged without reading past what
 * arrived; what is sane as a whole is sane in every beginning of it. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *copy = malloc(size + (size == 0));

	memcpy(copy, data, size);
	if (wire_check(copy, size) >= 0 && size < 2000)
		for (size_t n = 0; n < size; n += 1 + n / 16)
			assert(wire_check(copy, n) >= 0);
	free(copy);
	return 0;
}
