/* SPDX-License-Identifier: MIT */
/*
 * The folder of generated files.  A file is replaced by rename only when its
 * bytes changed, its compressed twin (NAME.gz, for gzip_static) just before
 * it.  Not synced: everything here can be generated again, and the next pass
 * compares bytes, so what a power loss tore is written anew.
 */
#ifndef WWW_OUT_H
#define WWW_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include <zlib.h>

#include "core/buf.h"
#include "core/err.h"

struct out {
	char root[256];
	z_stream zip;
	bool zip_ready;
	bool stays; /* set it around files that are read often and written
		     * seldom: compressed as well as can be */
	struct buf gz, old;
	int written, unchanged; /* since out_init; callers may zero them */
};

int out_init(struct out *o, const char *root, struct err *err);
void out_done(struct out *o);

/* Writes root/name with b's bytes, making folders.  1 written, 0 same, -1. */
int out_write(struct out *o, const char *name, const struct buf *b,
	      struct err *err);

/* The same without a compressed twin (pictures, small state files). */
int out_write_plain(struct out *o, const char *name, const struct buf *b,
		    struct err *err);

/* Whether root/name is there. */
bool out_exists(const struct out *o, const char *name);

#endif
