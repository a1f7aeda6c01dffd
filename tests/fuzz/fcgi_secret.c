/* SPDX-License-Identifier: MIT */
/* A tokens file, and a token after its first NUL: a name that matches is one
 * line's, and short enough. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 2), name[SECRET_NAME_MAX + 1];
	const char *token;

	memcpy(text, data, size);
	text[size] = text[size + 1] = '\0';
	token = text + strlen(text) + 1;
	if (token > text + size)
		token = "";
	if (secret_token_match(text, token, name, NULL) == 0) {
		assert(strlen(name) >= 1 && strlen(name) <= SECRET_NAME_MAX);
		assert(strstr(text, name) != NULL);
	}
	free(text);
	return 0;
}
