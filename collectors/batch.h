/* SPDX-License-Identifier: MIT */
/*
 * Samples gathered before they are stored: a tick's worth in one piece of
 * memory, or a child's on their way through a pipe.  A record is packed to
 * what it holds (a struct sample has room for 64 values and three names).
 */
#ifndef COLLECTORS_BATCH_H
#define COLLECTORS_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "collectors/collector.h"
#include "core/buf.h"
#include "core/sample.h"

#define BATCH_MAX_BYTES (512u * 1024)

struct batch {
	struct sample_sink sink; /* collectors put here; must stay first */
	struct buf bytes;
	size_t n;	/* samples in it */
	int64_t time_s; /* given to samples that have none */
};

void batch_init(struct batch *b);
void batch_done(struct batch *b);

/* Empties it and keeps the storage. */
void batch_reset(struct batch *b);

/*
 * Calls fn for each sample, oldest first; stops when fn returns non-zero and
 * returns that.  The sample is valid for the call.
 */
int batch_each(const struct batch *b,
	       int (*fn)(const struct sample *s, void *arg), void *arg);

/*
 * Takes over the records a child of collector c wrote: whole ones of its own
 * families, each checked; foreign ones are left out.  Returns how many bytes
 * were whole records.
 */
size_t batch_take(struct batch *b, const struct collector *c, const char *bytes,
		  size_t len);

#endif
