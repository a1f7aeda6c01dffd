/* SPDX-License-Identifier: MIT */
/* Encoding and decoding of the log's bytes: see record.h.  Pure; fuzzed. */
#include "rrd/record.h"

#include <math.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/buf.h"
#include "core/number.h"
#include "core/path.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "log and RRD files are little-endian");
_Static_assert(sizeof(struct segment_head) == 64, "segment head");
_Static_assert(sizeof(struct record_head) == 40, "record head");
_Static_assert(sizeof(struct record_image) == 40, "image head");
_Static_assert(sizeof(struct record_mark) == 56, "mark");

static const char *const type_names[RECORD_TYPE__MAX] = {
    [RECORD_NONE] = "none",	[RECORD_FAMILY] = "family",
    [RECORD_CREATE] = "create", [RECORD_HEADER] = "header",
    [RECORD_SAMPLE] = "sample", [RECORD_REPLACE] = "replace",
    [RECORD_SLOT] = "slot",	[RECORD_MARK] = "mark",
    [RECORD_SWAP] = "swap",
};

const char *
record_type_name(enum record_type type)
{
	return (unsigned)type < RECORD_TYPE__MAX ? type_names[type] : "?";
}

size_t
record_bytes(size_t path_bytes, size_t body_bytes)
{
	size_t n = sizeof(struct record_head) + path_bytes + 1 + body_bytes + 1;

	return (n + 7) & ~(size_t)7;
}

void
record_put(struct buf *b, enum record_type type, int64_t time_s,
	   const char *path, size_t path_bytes, const void *body,
	   size_t body_bytes)
{
	size_t total = record_bytes(path_bytes, body_bytes);
	struct record_head h = {
	    .time_s = time_s,
	    .body_bytes = (uint32_t)body_bytes,
	    .type = (uint16_t)type,
	    .path_bytes = (uint16_t)path_bytes,
	};
	char *p;

	if (!buf_room(b, total))
		return;
	p = b->data + b->len;
	memset(p + total - 8, 0, 8);
	memcpy(p, &h, sizeof(h));
	p += sizeof(h);
	memcpy(p, path, path_bytes);
	p[path_bytes] = '\0';
	p += path_bytes + 1;
	if (body_bytes > 0)
		memcpy(p, body, body_bytes);
	p[body_bytes] = '\0';
	b->len += total;
	b->data[b->len] = '\0';
}

size_t
record_size(const void *p)
{
	const struct record_head *h = p;

	return record_bytes(h->path_bytes, h->body_bytes);
}

static uint64_t
record_sum(const void *p, size_t total, uint32_t epoch)
{
	return XXH64((const char *)p + 8, total - 8, epoch);
}

void
record_seal(void *p, uint64_t sequence, uint32_t epoch)
{
	struct record_head *h = p;

	h->sequence = sequence;
	h->epoch = epoch;
	h->sum = record_sum(p, record_size(p), epoch);
}

int
record_decode(const void *p, size_t len, uint32_t epoch, uint64_t sequence,
	      struct record *out)
{
	const struct record_head *h = p;
	const char *path;
	size_t total;

	if (len < sizeof(*h) || h->epoch != epoch || h->type == RECORD_NONE ||
	    h->type >= RECORD_TYPE__MAX || h->path_bytes >= PATH_SIZE ||
	    h->body_bytes > SEGMENT_BYTES ||
	    (sequence != 0 && h->sequence != sequence))
		return -1;
	total = record_size(p);
	if (total > len || h->sum != record_sum(p, total, epoch))
		return -1;
	path = (const char *)p + sizeof(*h);
	if (path[h->path_bytes] != '\0' ||
	    path[h->path_bytes + 1 + h->body_bytes] != '\0')
		return -1;
	*out = (struct record){
	    .type = h->type,
	    .sequence = h->sequence,
	    .time_s = h->time_s,
	    .path = path,
	    .path_bytes = h->path_bytes,
	    .body = path + h->path_bytes + 1,
	    .body_bytes = h->body_bytes,
	    .total_bytes = total,
	};
	return 0;
}

void
segment_seal(struct segment_head *h)
{
	memcpy(h->magic, SEGMENT_MAGIC, sizeof(h->magic));
	h->version = SEGMENT_VERSION;
	h->head_bytes = sizeof(*h);
	h->sum = XXH64(h, offsetof(struct segment_head, sum), 0);
}

int
segment_decode(const void *p, size_t len, struct segment_head *out,
	       struct err *err)
{
	struct segment_head h;

	if (len < sizeof(h))
		return err_set(err, ERR_CORRUPT, "log segment: too short");
	memcpy(&h, p, sizeof(h));
	if (memcmp(h.magic, SEGMENT_MAGIC, sizeof(h.magic)) != 0)
		return err_set(err, ERR_CORRUPT, "log segment: wrong magic");
	if (h.version != SEGMENT_VERSION || h.head_bytes != sizeof(h))
		return err_set(err, ERR_UNSUPPORTED,
			       "log segment: version %u is not ours",
			       h.version);
	if (h.sum != XXH64(&h, offsetof(struct segment_head, sum), 0))
		return err_set(err, ERR_CORRUPT, "log segment: bad checksum");
	*out = h;
	return 0;
}

int
record_image_get(const struct record *r, struct record_image *out)
{
	struct record_image i;

	size_t tail = r->type == RECORD_SWAP ? sizeof(uint64_t) : 0;

	if ((r->type != RECORD_HEADER && r->type != RECORD_SWAP) ||
	    r->body_bytes < sizeof(i) + tail)
		return -1;
	memcpy(&i, r->body, sizeof(i));
	if (i.image_bytes != r->body_bytes - sizeof(i) - tail)
		return -1;
	*out = i;
	return 0;
}

int
record_mark_get(const struct record *r, struct record_mark *out)
{
	struct record_mark m;

	if (r->type != RECORD_MARK || r->body_bytes != sizeof(m))
		return -1;
	memcpy(&m, r->body, sizeof(m));
	if (m.kind >= MARK_KIND__MAX)
		return -1;
	*out = m;
	return 0;
}

int
record_value_next(const char **text, double *out)
{
	const char *p = *text, *end;
	struct value v;

	if (p == NULL)
		return -1;
	end = strchrnul(p, ':');
	*out = number_value(p, (size_t)(end - p), &v) ? value_double(v) : NAN;
	*text = *end == ':' ? end + 1 : NULL;
	return 0;
}
