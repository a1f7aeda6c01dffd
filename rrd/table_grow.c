/* SPDX-License-Identifier: MIT */
/* A table of last values that is full makes way for a larger one: table.h. */
#include <stdio.h>
#include <string.h>

#include "core/state.h"
#include "rrd/table.h"

/* Copies what is in sight, or under way in this batch, to a larger table. */
static int
copy_entries(struct table *to, const struct table *from, struct err *err)
{
	for (size_t i = 0; i < from->head->n_cells; i++) {
		struct table_slot *s = table_cell(from, i), *d;

		if (s == NULL || (table_newest_s(s) == 0 &&
				  s->pending_batch != from->head->batch))
			continue;
		d = table_add(to, s->hash, table_path(s), s->path_bytes,
			      s->n_values, err);
		if (d == NULL)
			return -1;
		memcpy(d, s, table_slot_bytes(s->n_values, s->path_bytes));
		d->seq = 0;
	}
	return 0;
}

int
table_grow(struct table *t, struct err *err)
{
	struct table_head *h = t->head;
	struct table next;
	char state[sizeof(t->name)];

	(void)snprintf(state, sizeof(state), "%.*s",
		       (int)(strlen(t->name) - strlen(STATE_LATEST) - 1),
		       t->name);
	if (table_make(&next, state, (size_t)h->n_used * 2,
		       (size_t)h->arena_used * 2, err) != 0)
		return -1;
	if (copy_entries(&next, t, err) != 0)
		goto fail;
	next.head->n_series = h->n_series;
	next.head->generation = h->generation + 1;
	next.head->dirty = h->dirty;
	next.head->place[0] = h->place[h->at_seq & 1];
	next.head->batch = h->batch;
	next.head->wanted_bytes = h->wanted_bytes;
	next.head->wanted_files = h->wanted_files;
	for (int i = 0; i < TABLE_COUNTERS; i++)
		next.head->counters[i] = h->counters[i];
	if (table_install(&next, t, err) != 0)
		goto fail;
	table_close(t);
	*t = next;
	return 0;
fail:
	table_close(&next);
	return -1;
}
