/* SPDX-License-Identifier: MIT */
/*
 * HTTP and SMTP out, by libcurl, with what it lacks by default: a cap on the
 * decoded bytes of an answer, one deadline for the whole exchange, http and
 * https only, no redirect, no header with a line break.  Blocking; who must
 * not block calls it in a child.
 */
#ifndef CORE_NET_H
#define CORE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

#define NET_HEADERS_MAX 16

struct net_header {
	const char *name, *value;
};

struct net_request {
	const char *url;    /* http:// or https:// */
	const char *method; /* NULL: GET, or POST when there is a body */
	size_t n_headers;
	struct net_header headers[NET_HEADERS_MAX];
	const void *body;
	size_t body_len;
	int64_t deadline_ms;	     /* for everything; 0: 10,000 */
	const char *user, *password; /* basic authentication; or NULL */
	const char *ca_file;	     /* NULL: the system's */
};

struct net_reply {
	long status;	       /* of HTTP */
	int64_t retry_after_s; /* -1: not said */
	char type[80];	       /* Content-Type, or "" */
	struct buf body;       /* the caller's: init with its ceiling */
};

/*
 * One exchange.  0 whatever the status is; -1 when there was no complete
 * answer: ERR_INVALID (URL, header), ERR_TIMEOUT, ERR_TOO_LARGE, ERR_IO.
 */
int net_http(const struct net_request *q, struct net_reply *r, struct err *err);

#define NET_MAIL_TO_MAX 16

struct net_mail {
	const char *server; /* smtp://HOST[:PORT] or smtps://HOST[:PORT] */
	bool tls;	    /* smtp: refuse to go on without STARTTLS */
	const char *user, *password; /* or NULL */
	const char *ca_file;	     /* or NULL */
	const char *from;	     /* plain addresses */
	size_t n_to;
	const char *to[NET_MAIL_TO_MAX];
	const char *subject;	/* UTF-8; control bytes become blanks */
	const char *message_id; /* "local@domain", without < > */
	const char *thread;	/* the same, of the first of a thread; NULL */
	int64_t time_s;
	const char *text, *html; /* UTF-8; html may be NULL */
	const void *png;	 /* shown where html says cid:g1; or NULL */
	size_t png_len;
	int64_t deadline_ms; /* 0: 30,000 */
};

/*
 * Gives one mail to a server.  -1: ERR_TIMEOUT, ERR_IO (try again),
 * ERR_DENIED or ERR_INVALID (the server or we refuse it for good).
 */
int net_smtp(const struct net_mail *m, struct err *err);

/* Appends a header value as RFC 2047 has it: as it is when it is ASCII, else
 * encoded words; control bytes become blanks. */
void net_mail_words(struct buf *out, const char *text);

/* Whether text is an address we put into a header or an envelope. */
bool net_mail_address(const char *text);

/* Appends the whole message as RFC 5322 text with CRLF lines, for sendmail. */
int net_mail_text(const struct net_mail *m, struct buf *out, struct err *err);

#endif
