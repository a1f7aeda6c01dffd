/* SPDX-License-Identifier: MIT */
/* Building and sending an answer: see reply.h. */
#include "fcgi/reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/json.h"
#include "core/version.h"

#define HEAD_MAX 8192
#define POLICY	 "Content-Security-Policy: default-src 'self'"

static const struct {
	int status;
	const char *reason;
} reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {304, "Not Modified"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {409, "Conflict"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {507, "Insufficient Storage"},
};

const char *
http_reason(int status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Error";
}

void
reply_init(struct reply *r)
{
	*r = (struct reply){0};
	buf_init(&r->head, HEAD_MAX);
	buf_init(&r->block, 2048 + HEAD_MAX);
	buf_init(&r->body, REPLY_BODY_MAX);
}

void
reply_done(struct reply *r)
{
	buf_done(&r->head);
	buf_done(&r->block);
	buf_done(&r->body);
}

void
reply_reset(struct reply *r, struct io *io, bool head_only)
{
	buf_reset(&r->head);
	buf_reset(&r->body);
	r->io = io;
	r->status = 200;
	r->type = "text/plain; charset=utf-8";
	r->etag[0] = '\0';
	(void)snprintf(r->cache, sizeof(r->cache), "no-store");
	r->head_only = head_only;
	r->started = r->broken = false;
	r->sent_bytes = 0;
}

void
reply_header(struct reply *r, const char *name, const char *fmt, ...)
{
	char value[4096]; /* the longest address there can be */
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	for (char *c = value; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
			*c = '?';
	buf_str(&r->head, name);
	buf_str(&r->head, ": ");
	buf_str(&r->head, value);
	buf_str(&r->head, "\r\n");
}

void
reply_cache(struct reply *r, int64_t max_age_s, bool immutable)
{
	(void)snprintf(r->cache, sizeof(r->cache), "public, max-age=%lld%s",
		       (long long)(max_age_s < 0 ? 0 : max_age_s),
		       immutable ? ", immutable"
				 : ", stale-while-revalidate=30"
				   ", stale-if-error=600");
}

void
reply_uncache(struct reply *r)
{
	r->etag[0] = '\0';
	(void)snprintf(r->cache, sizeof(r->cache), "no-store");
}

void
reply_etag(struct reply *r, const void *text, size_t len)
{
	/* another version may draw the same data another way */
	static const char version[] = ROBIN_VERSION;
	XXH64_hash_t seed = XXH64(version, sizeof(version), 0);

	(void)snprintf(r->etag, sizeof(r->etag), "\"%016llx\"",
		       (unsigned long long)XXH64(text, len, seed));
}

bool
etag_matches(const char *if_none_match, const char *etag)
{
	size_t n = strlen(etag);
	const char *p = if_none_match;

	if (p == NULL || n == 0)
		return false;
	for (;;) {
		p += strspn(p, " \t,");
		if (*p == '\0')
			return false;
		if (p[0] == '*')
			return true;
		if (p[0] == 'W' && p[1] == '/')
			p += 2;
		if (strncmp(p, etag, n) == 0 &&
		    (p[n] == '\0' || strchr(" \t,", p[n]) != NULL))
			return true;
		p += strcspn(p, ",");
	}
}

static int
send_bytes(struct reply *r, const void *data, size_t len)
{
	if (r->broken)
		return -1;
	if (len == 0)
		return 0;
	if (r->io->write(r->io, data, len) != 0) {
		r->broken = true;
		return -1;
	}
	r->sent_bytes += len;
	return 0;
}

static void
line(struct buf *b, const char *name, const char *value)
{
	buf_str(b, name);
	buf_str(b, value);
	buf_str(b, "\r\n");
}

/* The header block; length < 0 when it is not known yet. */
static int
start(struct reply *r, int64_t length)
{
	struct buf *b = &r->block;

	buf_reset(b);
	buf_str(b, "Status: ");
	buf_i64(b, r->status);
	buf_char(b, ' ');
	line(b, http_reason(r->status), "");
	if (r->status != 304 && r->type != NULL)
		line(b, "Content-Type: ", r->type);
	if (length >= 0 && r->status != 304) {
		buf_str(b, "Content-Length: ");
		buf_i64(b, length);
		line(b, "", "");
	}
	if (r->etag[0] != '\0')
		line(b, "ETag: ", r->etag);
	line(b, "Cache-Control: ", r->cache);
	line(b, "X-Content-Type-Options: nosniff", "");
	if (r->type != NULL && strncmp(r->type, "image/svg", 9) == 0)
		line(b, POLICY,
		     "; script-src 'none'; "
		     "style-src 'self' 'unsafe-inline'");
	else
		line(b, POLICY, "");
	buf_put(b, r->head.data, r->head.len);
	line(b, "", "");
	r->started = true;
	if (!buf_ok(&r->head) || !buf_ok(b)) {
		r->broken = true;
		return -1;
	}
	return send_bytes(r, b->data, b->len);
}

int
reply_spill(struct reply *r)
{
	if (r->broken)
		return -1;
	if (r->body.len < REPLY_SPILL)
		return 0;
	if (!buf_ok(&r->body)) {
		r->broken = true;
		return -1;
	}
	if (!r->started && start(r, -1) != 0)
		return -1;
	if (!r->head_only && send_bytes(r, r->body.data, r->body.len) != 0)
		return -1;
	buf_reset(&r->body);
	return 0;
}

int
reply_send(struct reply *r)
{
	if (r->broken)
		return -1;
	if (!buf_ok(&r->body)) {
		if (r->started) {
			r->broken = true;
			return -1;
		}
		reply_problem(r, 503, "nomem", "the answer is too large", "");
	}
	if (!r->started && start(r, (int64_t)r->body.len) != 0)
		return -1;
	if (r->head_only || r->status == 304)
		return 0;
	return send_bytes(r, r->body.data, r->body.len);
}

void
reply_problem(struct reply *r, int status, const char *code, const char *detail,
	      const char *target)
{
	r->status = status;
	r->type = "application/problem+json";
	r->etag[0] = '\0';
	(void)snprintf(r->cache, sizeof(r->cache), "no-store");
	buf_reset(&r->body);
	buf_fmt(&r->body,
		"{\"type\":\"about:blank\",\"title\":\"%s\","
		"\"status\":%d,\"code\":\"%s\",\"detail\":",
		http_reason(status), status, code);
	json_string(&r->body, detail);
	buf_str(&r->body, ",\"instance\":");
	json_string(&r->body, target);
	buf_str(&r->body, "}\n");
	if (status == 503)
		reply_header(r, "Retry-After", "5");
}
