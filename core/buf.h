/* SPDX-License-Identifier: MIT */
/*
 * A growing byte string.  Invariants: data is never NULL and data[len] is
 * always 0; len never passes the ceiling set at init.  The first append that
 * does not fit or cannot be allocated sets `failed` and every later append is
 * a no-op, so a caller appends freely and asks buf_ok() once at the end.
 * A long-lived process resets a buf and does not free it.
 */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;
	size_t len;
	size_t cap; /* 0 while data points at the shared empty string */
	size_t max; /* ceiling in bytes, without the terminator */
	bool failed;
};

/* An empty buf with a ceiling of max bytes; allocates nothing. */
void buf_init(struct buf *b, size_t max);

/* Frees the storage; the buf is as after init.  NULL is accepted. */
void buf_done(struct buf *b);

/* Empties it and clears `failed`; keeps the storage. */
void buf_reset(struct buf *b);

/* Cuts it to len bytes (no-op when it is shorter). */
void buf_cut(struct buf *b, size_t len);

/* False when any append since the last reset failed. */
bool buf_ok(const struct buf *b);

/* Makes room for n more bytes; false (and failed) when it cannot. */
bool buf_room(struct buf *b, size_t n);

void buf_put(struct buf *b, const void *data, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_u64(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);
void buf_fmt(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Appends the shortest decimal text that reads back as exactly v; "NaN",
 * "+Inf" and "-Inf" for the others (JSON writers use json_double instead).
 */
void buf_double(struct buf *b, double v);

#endif
