/* SPDX-License-Identifier: MIT */
/* Configuration bytes: refused with a place, or taken and shown again. */
#include <assert.h>
#include <string.h>

#include "core/buf.h"
#include "core/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf first, second;
	struct buf all, a, b;
	struct err err = {0};
	int rc;

	buf_init(&all, 1 << 20);
	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	conf_defaults(&first);
	rc = conf_parse(&first, "f.yml", (const char *)data, size, &all, &err);
	if (rc != 0) {
		assert(err.code == ERR_CONFIG);
		assert(strncmp(err.msg, "f.yml:", 6) == 0);
		assert(strchr(err.msg, '\n') == NULL);
		assert(all.len > 0);
	} else {
		conf_show(&first, &a);
		conf_defaults(&second);
		rc = conf_parse(&second, "shown", a.data, a.len, NULL, &err);
		assert(rc == 0);
		conf_show(&second, &b);
		assert(strcmp(a.data, b.data) == 0);
	}
	buf_done(&all);
	buf_done(&a);
	buf_done(&b);
	return 0;
}
