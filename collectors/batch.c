/* SPDX-License-Identifier: MIT */
/*
 * Batches of samples: see batch.h.  A record is a struct record, then its
 * values, then its instance, cluster and host without terminators.  Records
 * never leave the machine's memory (a fork's pipe at most), so they hold the
 * address of their family; the reader checks it against the collector's own.
 */
#include "collectors/batch.h"

#include <string.h>

struct record {
	uint32_t size; /* of all of it */
	uint16_t n_values;
	uint8_t instance_len, cluster_len, host_len;
	int64_t time_s;
	const struct family *family;
};

static int
batch_put(struct sample_sink *sink, const struct sample *s, struct err *err)
{
	struct batch *b = (struct batch *)sink;
	struct record r = {
	    .n_values = (uint16_t)s->family->n_metrics,
	    .instance_len = (uint8_t)strnlen(s->instance, SLUG_MAX),
	    .cluster_len = (uint8_t)strnlen(s->cluster, SLUG_MAX),
	    .host_len = (uint8_t)strnlen(s->host, SLUG_MAX),
	    .time_s = s->time_s != 0 ? s->time_s : b->time_s,
	    .family = s->family,
	};
	size_t values = r.n_values * sizeof(s->values[0]);
	size_t size =
	    sizeof(r) + values + r.instance_len + r.cluster_len + r.host_len;

	if (!buf_room(&b->bytes, size)) {
		b->bytes.failed = false; /* what is in it stays good */
		return err_set(err, ERR_FULL,
			       "too many samples in one pass (%zu)", b->n);
	}
	r.size = (uint32_t)size;
	buf_put(&b->bytes, &r, sizeof(r));
	buf_put(&b->bytes, s->values, values);
	buf_put(&b->bytes, s->instance, r.instance_len);
	buf_put(&b->bytes, s->cluster, r.cluster_len);
	buf_put(&b->bytes, s->host, r.host_len);
	b->n++;
	return 0;
}

void
batch_init(struct batch *b)
{
	*b = (struct batch){.sink = {.put = batch_put}};
	buf_init(&b->bytes, BATCH_MAX_BYTES);
}

void
batch_done(struct batch *b)
{
	buf_done(&b->bytes);
	b->n = 0;
}

void
batch_reset(struct batch *b)
{
	buf_reset(&b->bytes);
	b->n = 0;
}

static const char *
take(char *out, const char *from, size_t len)
{
	memcpy(out, from, len);
	out[len] = '\0';
	return from + len;
}

/*
 * Unpacks the record at the front of len bytes into s; its size, or 0 when
 * there is no whole and consistent one.
 */
static size_t
unpack(const char *at, size_t len, struct sample *s)
{
	struct record r;
	size_t values;

	if (len < sizeof(r))
		return 0;
	memcpy(&r, at, sizeof(r));
	values = r.n_values * sizeof(s->values[0]);
	if (r.n_values > FAMILY_METRICS_MAX || r.instance_len > SLUG_MAX ||
	    r.cluster_len > SLUG_MAX || r.host_len > SLUG_MAX ||
	    r.size != sizeof(r) + values + r.instance_len + r.cluster_len +
			  r.host_len ||
	    r.size > len)
		return 0;
	s->family = r.family;
	s->time_s = r.time_s;
	at += sizeof(r);
	memcpy(s->values, at, values);
	at = take(s->instance, at + values, r.instance_len);
	at = take(s->cluster, at, r.cluster_len);
	take(s->host, at, r.host_len);
	return r.size;
}

int
batch_each(const struct batch *b, int (*fn)(const struct sample *s, void *arg),
	   void *arg)
{
	size_t at = 0, n;
	struct sample s;
	int rc;

	while ((n = unpack(b->bytes.data + at, b->bytes.len - at, &s)) > 0) {
		rc = fn(&s, arg);
		if (rc != 0)
			return rc;
		at += n;
	}
	return 0;
}

static bool
is_family_of(const struct collector *c, const struct sample *s,
	     const char *record)
{
	struct record r;

	memcpy(&r, record, sizeof(r));
	for (size_t i = 0; c->families[i] != NULL; i++)
		if (c->families[i] == s->family)
			return r.n_values == s->family->n_metrics;
	return false;
}

static bool
is_slug_or_empty(const char *s)
{
	return s[0] == '\0' || slug_valid(s, strlen(s));
}

size_t
batch_take(struct batch *b, const struct collector *c, const char *bytes,
	   size_t len)
{
	size_t at = 0, n;
	struct sample s;

	while ((n = unpack(bytes + at, len - at, &s)) > 0) {
		if (is_family_of(c, &s, bytes + at) &&
		    is_slug_or_empty(s.instance) &&
		    is_slug_or_empty(s.cluster) && is_slug_or_empty(s.host))
			(void)batch_put(&b->sink, &s, NULL);
		at += n;
	}
	return at;
}
