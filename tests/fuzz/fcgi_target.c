/* SPDX-License-Identifier: MIT */
/* Addresses of pictures: refused with a reason, or turned into a canonical
 * form that is its own canonical form. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/target.h"

#define NOW INT64_C(1795204353)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
parse(const char *text, size_t len, struct uri *uri, struct target *t,
      struct err *err)
{
	if (uri_parse(text, len, uri, err) != 0)
		return -1;
	return target_parse(uri, NOW, t, err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct uri uri;
	static struct target once, twice;
	char name[160];
	struct err err = {0};
	/* exactly as long as the input, so that reading past it is seen */
	char *text = malloc(size + (size == 0));

	memcpy(text, data, size);
	if (parse(text, size, &uri, &once, &err) != 0) {
		assert(err.code == ERR_INVALID || err.code == ERR_NOT_FOUND ||
		       err.code == ERR_TOO_LARGE);
		assert(err.msg[0] != '\0');
	} else {
		assert(once.n_hosts >= 1 && once.n_hosts <= TARGET_HOSTS_MAX);
		assert(once.width * once.height <= 4000000);
		assert(once.range.from_s < once.range.to_s);
		assert(parse(once.url, strlen(once.url), &uri, &twice, &err) ==
		       0);
		assert(twice.canonical);
		assert(strcmp(once.url, twice.url) == 0);
		assert(once.options == twice.options);
		target_filename(&once, name);
		assert(strpbrk(name, "\"\\/\r\n") == NULL);
	}
	free(text);
	return 0;
}
