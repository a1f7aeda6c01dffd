/* SPDX-License-Identifier: MIT */
/* Reading the log in order: see cursor.h. */
#include "rrd/cursor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "rrd/segment.h"

static int
map_segment(struct cursor *c, uint64_t number, struct segment_head *head,
	    struct err *err)
{
	struct segment s = {.fd = -1};
	struct cursor_map m = {0};
	struct stat st;
	void *p;

	if (c->n_maps == c->cap_maps) {
		size_t cap = c->cap_maps == 0 ? 8 : 2 * c->cap_maps;
		struct cursor_map *maps = realloc(c->maps, cap * sizeof(*maps));

		if (maps == NULL)
			return err_set(err, ERR_NOMEM, "log: out of memory");
		c->maps = maps;
		c->cap_maps = cap;
	}
	if (segment_open(&s, c->state, number, 0, err) != 0)
		return -1;
	if (fstat(s.fd, &st) != 0) {
		err_sys(err, errno, "log segment %llu: stat",
			(unsigned long long)number);
		segment_close(&s);
		return -1;
	}
	m.bytes = (uint64_t)st.st_size < SEGMENT_BYTES ? (size_t)st.st_size
						       : SEGMENT_BYTES;
	p = mmap(NULL, m.bytes, PROT_READ, MAP_SHARED, s.fd, 0);
	if (p == MAP_FAILED) {
		err_sys(err, errno, "log segment %llu: mmap",
			(unsigned long long)number);
		segment_close(&s);
		return -1;
	}
	m.number = number;
	m.p = p;
	m.epoch = s.head.epoch;
	m.created_s = s.head.created_s;
	*head = s.head;
	segment_close(&s);
	c->maps[c->n_maps++] = m;
	return 0;
}

static const struct cursor_map *
current(const struct cursor *c)
{
	return c->n_maps > 0 ? &c->maps[c->n_maps - 1] : NULL;
}

uint32_t
cursor_epoch(const struct cursor *c)
{
	const struct cursor_map *m = current(c);

	return m != NULL ? m->epoch : 0;
}

static void
note_gap(struct cursor *c, const char *what, uint64_t number)
{
	c->n_gaps++;
	err_set(&c->gap, ERR_CORRUPT, "log segment %llu: %s",
		(unsigned long long)number, what);
}

/* Moves to the front of a mapped segment. */
static void
enter(struct cursor *c, const struct segment_head *h)
{
	c->at = (struct wal_pos){h->number, sizeof(*h), h->first_sequence};
}

/* The lowest segment at or above `from`; 0 when there is none. */
static uint64_t
next_number(const char *state, uint64_t from)
{
	uint64_t *v = NULL, found = 0;
	size_t n = 0;

	if (segment_list(state, &v, &n, NULL) != 0)
		return 0;
	for (size_t i = 0; i < n && found == 0; i++)
		if (v[i] >= from)
			found = v[i];
	free(v);
	return found;
}

/*
 * Enters the first readable segment at or above `from`.  1, 0 when there is
 * none, -1.  A segment whose header is damaged is stepped over.
 */
static int
enter_from(struct cursor *c, uint64_t from, struct err *err)
{
	struct segment_head h;
	struct err why = {0};
	uint64_t number;

	while ((number = next_number(c->state, from)) != 0) {
		if (map_segment(c, number, &h, &why) == 0) {
			if (c->at.segment != 0 &&
			    (h.first_sequence != c->at.sequence ||
			     (h.prev_end != 0 && h.prev_end > c->at.offset &&
			      number == c->at.segment + 1)))
				note_gap(c, "records before it are missing",
					 number);
			enter(c, &h);
			return 1;
		}
		if (why.code != ERR_CORRUPT) {
			if (err != NULL)
				*err = why;
			return -1;
		}
		note_gap(c, why.msg, number);
		from = number + 1;
	}
	return 0;
}

int
cursor_init(struct cursor *c, const char *state, const struct wal_pos *at,
	    struct err *err)
{
	struct segment_head h;

	memset(c, 0, sizeof(*c));
	if (snprintf(c->state, sizeof(c->state), "%s", state) >=
	    (int)sizeof(c->state))
		return err_set(err, ERR_TOO_LARGE, "state folder name");
	if (at->segment == 0)
		return enter_from(c, 1, err) < 0 ? -1 : 0;
	if (map_segment(c, at->segment, &h, err) != 0) {
		cursor_done(c);
		return -1;
	}
	c->at = *at;
	return 0;
}

void
cursor_done(struct cursor *c)
{
	cursor_release(c, UINT64_MAX);
	free(c->maps);
	c->maps = NULL;
	c->cap_maps = 0;
}

struct wal_pos
cursor_place(const struct cursor *c, const struct record_head *r)
{
	const unsigned char *p = (const unsigned char *)r;

	for (size_t i = 0; i < c->n_maps; i++) {
		const struct cursor_map *m = &c->maps[i];

		if (p >= m->p && p < m->p + m->bytes)
			return (struct wal_pos){m->number, (uint64_t)(p - m->p),
						r->sequence};
	}
	return c->at;
}

void
cursor_release(struct cursor *c, uint64_t segment)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n_maps; i++) {
		if (c->maps[i].number >= segment)
			c->maps[kept++] = c->maps[i];
		else
			(void)munmap((void *)(uintptr_t)c->maps[i].p,
				     c->maps[i].bytes);
	}
	c->n_maps = kept;
}

int
cursor_adopt(struct cursor *c, struct cursor *from, struct err *err)
{
	size_t n = c->n_maps + from->n_maps;

	if (n > c->cap_maps) {
		void *p = realloc(c->maps, n * sizeof(*c->maps));

		if (p == NULL)
			return err_set(err, ERR_NOMEM, "log: out of memory");
		c->maps = p;
		c->cap_maps = n;
	}
	/* in front: the last one is where c reads */
	if (c->n_maps > 0)
		memmove(c->maps + from->n_maps, c->maps,
			c->n_maps * sizeof(*c->maps));
	if (from->n_maps > 0)
		memcpy(c->maps, from->maps, from->n_maps * sizeof(*c->maps));
	c->n_maps = n;
	from->n_maps = 0;
	return 0;
}

int
cursor_next(struct cursor *c, uint64_t limit, struct record *out,
	    struct err *err)
{
	for (;;) {
		const struct cursor_map *m = current(c);
		int rc;

		if (limit != 0 && c->at.sequence >= limit)
			return 0;
		if (m == NULL) {
			rc = enter_from(c, c->at.segment + 1, err);
			if (rc <= 0)
				return rc;
			continue;
		}
		if (c->at.offset < m->bytes &&
		    record_decode(m->p + c->at.offset, m->bytes - c->at.offset,
				  m->epoch, c->at.sequence, out) == 0) {
			c->at.offset += out->total_bytes;
			c->at.sequence++;
			return 1;
		}
		rc = enter_from(c, m->number + 1, err);
		if (rc <= 0)
			return rc;
	}
}
