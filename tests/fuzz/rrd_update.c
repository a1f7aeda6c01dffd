/* SPDX-License-Identifier: MIT */
/* Files and batches made from the bytes: librrd and rrd/update agree. */
#include <stdint.h>
#include <stdlib.h>

#include "tests/unit/rrd_update_peer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
	const uint8_t *p;
	size_t left;
};

static uint32_t
next(void *arg, uint32_t below)
{
	struct bytes *b = arg;
	uint32_t v = 0;

	for (int i = 0; i < (below > 256 ? 2 : 1) && b->left > 0; i++) {
		v = v << 8 | *b->p++;
		b->left--;
	}
	return v % below;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size};
	struct peer p = {.next = next, .arg = &b};

	(void)snprintf(p.name[0], sizeof(p.name[0]),
		       "/dev/shm/robin-fuzz-%d.librrd", (int)getpid());
	(void)snprintf(p.name[1], sizeof(p.name[1]),
		       "/dev/shm/robin-fuzz-%d.ours", (int)getpid());
	if (peer_create(&p) == 0)
		for (int k = 0; k < 8 && b.left > 0; k++)
			if (peer_batch(&p) != 0) {
				(void)fprintf(stderr, "%s\n", p.why);
				abort();
			}
	(void)unlink(p.name[0]);
	(void)unlink(p.name[1]);
	return 0;
}
