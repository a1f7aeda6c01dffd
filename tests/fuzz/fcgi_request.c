/* SPDX-License-Identifier: MIT */
/* A request's variables, NUL between them: target, Accept, If-None-Match. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/expo.h"
#include "fcgi/reply.h"
#include "fcgi/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *values[4];

static const char *
param(struct io *io, const char *name)
{
	static const char *const names[] = {"REQUEST_METHOD", "REQUEST_URI",
					    "HTTP_ACCEPT",
					    "HTTP_IF_NONE_MATCH"};

	(void)io;
	for (size_t i = 0; i < 4; i++)
		if (strcmp(names[i], name) == 0)
			return values[i];
	return NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct request r;
	struct io io = {.param = param};
	struct err err = {0};
	char *text = malloc(size + 1), *at = text;

	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t i = 0; i < 4; i++) {
		values[i] = at <= text + size ? at : NULL;
		at += values[i] != NULL ? strlen(at) + 1 : 0;
	}
	(void)request_read(&r, &io, &err);
	assert(r.target != NULL && r.accept != NULL);
	assert(http_method_name(r.method) != NULL);
	(void)request_wants(&r, ".png");
	(void)expo_wants_open_metrics(r.accept);
	(void)etag_matches(r.if_none_match, "\"0123456789abcdef\"");
	free(text);
	return 0;
}
