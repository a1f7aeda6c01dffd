/* SPDX-License-Identifier: MIT */
/* Lines of `robin put`: refused with one line of reason, or whole. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/put_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* exactly as long as the line, so that reading past it is seen */
	char *text = malloc(size + (size == 0));
	struct put_line line;
	struct err err = {0};

	memcpy(text, data, size);
	if (put_line_parse(text, size, &line, &err) != 0) {
		assert(err.code == ERR_INVALID);
		assert(err.msg[0] != '\0');
		assert(strchr(err.msg, '\n') == NULL);
	} else {
		assert(line.n_values > 0);
		assert(line.n_values <= FAMILY_METRICS_MAX);
		assert(line.path >= text && line.path_len > 0);
		assert(line.path + line.path_len <= text + size);
		for (size_t i = 0; i < line.n_values; i++)
			assert(line.values[i].kind <= VALUE_FLOAT);
	}
	free(text);
	return 0;
}
