/* SPDX-License-Identifier: MIT */
/*
 * An answer being built: status, header lines, body.  A handler fills it;
 * the request boundary sends it.  A long body is spilled while it grows, so
 * memory stays bounded whatever the size.
 */
#ifndef FCGI_REPLY_H
#define FCGI_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "fcgi/io.h"

#define REPLY_BODY_MAX (64U << 20)
#define REPLY_SPILL    (32U << 10)
#define ETAG_SIZE      24

struct reply {
	struct io *io;
	int status;
	const char *type; /* Content-Type; a literal */
	struct buf head;  /* further header lines, each with its CRLF */
	struct buf body;
	struct buf block;     /* the whole header block, when it is sent */
	char etag[ETAG_SIZE]; /* with its quotes; "" for none */
	char cache[96];	      /* Cache-Control */
	bool head_only;	      /* the method was HEAD */
	bool started;	      /* the status line has gone out */
	bool broken;	      /* the peer is gone, or the body failed midway */
	uint64_t sent_bytes;
};

/* init once per worker, reset once per request; buffers are kept. */
void reply_init(struct reply *r);
void reply_done(struct reply *r);
void reply_reset(struct reply *r, struct io *io, bool head_only);

/*
 * Adds a header line.  Bytes of the value that could end the line or are not
 * printable ASCII are sent as '?'.
 */
void reply_header(struct reply *r, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Cache-Control: a public answer good for max_age_s, and for ever when it is
 * immutable.  A cache may show it 30 s longer while it asks again, and ten
 * minutes longer when nobody answers.
 */
void reply_cache(struct reply *r, int64_t max_age_s, bool immutable);

/* Takes back what was said about keeping the answer. */
void reply_uncache(struct reply *r);

/* The etag of a text that names everything the answer depends on. */
void reply_etag(struct reply *r, const void *text, size_t len);

/*
 * Whether an If-None-Match value (NULL: absent) names etag; weak comparison
 * (RFC 9110 13.1.2), "*" matches.
 */
bool etag_matches(const char *if_none_match, const char *etag);

/*
 * Call between pieces of a long body: sends what has gathered once it passes
 * REPLY_SPILL.  -1 when the peer is gone: the handler may stop.
 */
int reply_spill(struct reply *r);

/* Sends what is left.  0, or -1 when the peer is gone. */
int reply_send(struct reply *r);

/* Replaces the answer by an RFC 9457 problem document; see problem.h for the
 * picture that a failed .png gets.  target names the request. */
void reply_problem(struct reply *r, int status, const char *code,
		   const char *detail, const char *target);

/* "Not Found"; "Error" for a status we never send. */
const char *http_reason(int status);

#endif
