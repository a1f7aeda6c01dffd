/* SPDX-License-Identifier: MIT */
/* Headers of RRD files: the first 8 bytes say how large the file is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "rrd/layout.h"
#include "rrd/rrdhead.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rrdhead h;
	struct buf text;
	uint64_t bytes;
	uint8_t *copy;

	if (size < 8)
		return 0;
	memcpy(&bytes, data, 8);
	copy = malloc(size - 8 + 1);
	if (copy == NULL)
		return 0;
	memcpy(copy, data + 8, size - 8);
	if (rrdhead_parse(&h, copy, size - 8, bytes, "f", NULL) == 0) {
		struct layout l;

		buf_init(&text, 1 << 20);
		rrdhead_layout(&h, &text);
		for (size_t i = 0; i < h.n_ds; i++)
			if (strlen(rrdhead_last_ds(&h, i)) > 30)
				abort();
		if (buf_ok(&text) && layout_parse(text.data, &l) == 0 &&
		    layout_bytes(text.data) != h.file_bytes)
			abort();
		buf_done(&text);
	}
	free(copy);
	return 0;
}
