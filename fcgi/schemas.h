/* SPDX-License-Identifier: MIT */
/* JSON Schemas (2020-12) that the routes' rows refer to. */
#ifndef FCGI_SCHEMAS_H
#define FCGI_SCHEMAS_H

#include <stddef.h>

struct schema {
	const char *name; /* "Host": #/components/schemas/Host */
	const char *text; /* one JSON object */
};

extern const struct schema schemas[];
extern const size_t schemas_n;

#endif
