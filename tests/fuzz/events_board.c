/* SPDX-License-Identifier: MIT */
/* A dashboard somebody sends: what is accepted is accepted again, and the
 * same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "events/board.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf one, two;
	cJSON *doc =
	    json_parse((const char *)data, size, BOARD_BYTES_MAX, NULL);

	if (doc == NULL)
		return 0;
	buf_init(&one, BOARD_BYTES_MAX + 1);
	buf_init(&two, BOARD_BYTES_MAX + 1);
	if (board_check(doc, &one, NULL) == 0) {
		cJSON *back =
		    json_parse(one.data, one.len, BOARD_BYTES_MAX + 1, NULL);

		if (back == NULL || board_check(back, &two, NULL) != 0 ||
		    strcmp(one.data, two.data) != 0)
			abort();
		cJSON_Delete(back);
	}
	cJSON_Delete(doc);
	buf_done(&one);
	buf_done(&two);
	return 0;
}
