/* SPDX-License-Identifier: MIT */
/*
 * STATE/run/store.touch: what the writer tells of itself, mapped by it.  Which
 * file librrd is working on, so that a SIGBUS inside it names the culprit;
 * whether the last end was orderly; what keeps it from working.  Only
 * meaningful within one boot.
 */
#ifndef RRD_TOUCH_H
#define RRD_TOUCH_H

#include <stddef.h>
#include <stdint.h>

#include "core/path.h"
#include "core/state.h"

#define TOUCH_NAME  STATE_RUN "/store.touch"
#define TOUCH_MAGIC "RobinST2"
#define TOUCH_BYTES 4096

struct store_touch {
	char magic[8];
	unsigned char boot_id[16];
	uint64_t clean;	     /* 1: files are consistent as they are */
	uint64_t checkpoint; /* the one it was clean in */
	uint32_t in_update;  /* 1: path is being worked on */
	uint32_t sigbus;     /* 1: set by the signal handler */
	uint32_t deaths;     /* SIGBUS with this path so far */
	char trouble[256];   /* why the last tick failed; "": it did not */
	char path[PATH_SIZE];
};

/* What keeps the writer of a state folder from working, as it said last; ""
 * when nothing does, or it is not known. */
void touch_trouble(const char *state, char *out, size_t n);

#endif
