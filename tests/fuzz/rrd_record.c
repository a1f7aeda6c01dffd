/* SPDX-License-Identifier: MIT */
/* The log's bytes: as they come, and as the content of well-sealed records. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/path.h"
#include "rrd/layout.h"
#include "rrd/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look(const struct record *r)
{
	const char *text = strchr(r->body, ':');
	struct record_image image;
	struct record_mark mark;
	struct layout layout;
	/* a SWAP ends with the sequence up to which it has everything */
	size_t tail = r->type == RECORD_SWAP ? sizeof(uint64_t) : 0;
	double v;

	if (record_image_get(r, &image) == 0 &&
	    image.image_bytes + sizeof(image) + tail != r->body_bytes)
		abort();
	if (record_mark_get(r, &mark) == 0 && mark.kind >= MARK_KIND__MAX)
		abort();
	if (layout_parse(r->body, &layout) == 0 && layout_bytes(r->body) == 0)
		abort();
	for (text = text != NULL ? text + 1 : NULL;
	     record_value_next(&text, &v) == 0;)
		;
}

/* A sealed record decodes to what was put in. */
static void
round_trip(const uint8_t *data, size_t size)
{
	size_t path = size > 0 ? data[0] : 0;
	struct record r;
	struct buf b;

	if (size < 2 || path + 2 > size)
		return;
	buf_init(&b, 1u << 22);
	record_put(&b, data[1] % RECORD_TYPE__MAX, 1, (const char *)data + 2,
		   path, data + 2 + path, size - 2 - path);
	if (buf_ok(&b) && data[1] % RECORD_TYPE__MAX != RECORD_NONE) {
		record_seal(b.data, 7, 9);
		if (record_decode(b.data, b.len, 9, 7, &r) != 0 ||
		    r.total_bytes != b.len || r.path_bytes != path ||
		    r.body_bytes != size - 2 - path)
			abort();
		look(&r);
		b.data[b.len - 1] ^= 1;
		if (record_decode(b.data, b.len, 9, 7, &r) == 0)
			abort();
	}
	buf_done(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segment_head head = {0};
	uint8_t *copy = malloc(size + 1);
	size_t at = sizeof(head);
	struct record r;

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	(void)segment_decode(copy, size, &head, NULL);
	while (at < size &&
	       record_decode(copy + at, size - at, head.epoch, 0, &r) == 0) {
		look(&r);
		at += r.total_bytes;
	}
	free(copy);
	round_trip(data, size);
	return 0;
}
