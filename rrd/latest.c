/* SPDX-License-Identifier: MIT */
/* Reading the table of last values: see latest.h. */
#include "rrd/latest.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rrd/table.h"

#define READ_TRIES 2000

struct latest {
	char state[PATH_MAX];
	struct table table;
	/* cells in path order, as of sorted_generation */
	uint32_t *sorted;
	size_t n_sorted;
	uint64_t sorted_generation;
};

struct latest *
latest_open(const char *state, struct err *err)
{
	struct latest *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		err_set(err, ERR_NOMEM, "latest: out of memory");
		return NULL;
	}
	(void)snprintf(l->state, sizeof(l->state), "%s", state);
	if (table_open(&l->table, state, false, err) != 0) {
		/* a table of another boot: nothing was stored in this one */
		if (err != NULL && err->code == ERR_CORRUPT)
			err->code = ERR_NOT_FOUND;
		free(l);
		return NULL;
	}
	return l;
}

void
latest_close(struct latest **l)
{
	if (*l == NULL)
		return;
	table_close(&(*l)->table);
	free((*l)->sorted);
	free(*l);
	*l = NULL;
}

/* Maps the table that took the place of ours; keeps ours when it cannot. */
static void
refresh(struct latest *l)
{
	struct table next;

	if (!table_stale(&l->table))
		return;
	if (table_open(&next, l->state, false, NULL) != 0)
		return;
	table_close(&l->table);
	l->table = next;
	l->sorted_generation = 0;
	l->n_sorted = 0;
}

/* The parts of an entry, copied while no writer was in it. */
static void
copy_consistent(struct table_slot *s, struct latest_entry *out)
{
	size_t n = s->n_values;

	for (int tries = 0; tries < READ_TRIES; tries++) {
		uint32_t a, b;
		unsigned bank;

		a = atomic_load_explicit(&s->seq, memory_order_acquire);
		bank = s->newest & 1;
		out->time_s = s->time_s[bank];
		out->prev_s = s->time_s[bank ^ 1];
		memcpy(out->raw, table_values(s, bank), n * sizeof(double));
		memcpy(out->prev, table_values(s, bank ^ 1),
		       n * sizeof(double));
		atomic_thread_fence(memory_order_acquire);
		b = atomic_load_explicit(&s->seq, memory_order_relaxed);
		if ((a & 1) == 0 && a == b)
			return;
		/* a writer killed in here leaves the older bank half
		 * written until the next one mends it: show the newest */
		if (tries > READ_TRIES / 2)
			(void)sched_yield();
	}
	out->prev_s = 0;
}

/* 0 when the entry is in sight. */
static int
entry_of(struct table_slot *s, struct latest_entry *out)
{
	if (s->n_values > FAMILY_METRICS_MAX)
		return -1;
	copy_consistent(s, out);
	if (out->time_s == 0)
		return -1;
	out->n_values = s->n_values;
	if (out->prev_s == 0)
		for (size_t i = 0; i < s->n_values; i++)
			out->prev[i] = NAN;
	return path_parse(table_path(s), s->path_bytes, &out->path, NULL);
}

int
latest_find(struct latest *l, const char *path, struct latest_entry *out,
	    struct err *err)
{
	size_t len = strlen(path);
	struct latest_entry e;
	struct table_slot *s;

	refresh(l);
	s = table_find(&l->table, table_hash(path, len), path, len);
	if (s == NULL || entry_of(s, &e) != 0)
		return err_set(err, ERR_NOT_FOUND, "%s: no such series", path);
	*out = e;
	return 0;
}

static int
by_path(const void *a, const void *b, void *arg)
{
	const struct table *t = arg;
	const struct table_slot *x = table_cell(t, *(const uint32_t *)a);
	const struct table_slot *y = table_cell(t, *(const uint32_t *)b);

	return strcmp(table_path(x), table_path(y));
}

/* Brings the sorted list of cells up to date; -1 when out of memory. */
static int
sort_cells(struct latest *l)
{
	const struct table *t = &l->table;
	uint64_t generation = atomic_load(&t->head->generation);
	size_t n = 0, cap = (size_t)t->head->n_used + 16;
	uint32_t *list;

	if (l->sorted != NULL && l->sorted_generation == generation)
		return 0;
	list = malloc(cap * sizeof(*list));
	if (list == NULL)
		return -1;
	for (size_t i = 0; i < t->head->n_cells && n < cap; i++) {
		struct table_slot *s = table_cell(t, i);

		if (s != NULL && table_newest_s(s) != 0)
			list[n++] = (uint32_t)i;
	}
	qsort_r(list, n, sizeof(*list), by_path, (void *)(uintptr_t)t);
	free(l->sorted);
	l->sorted = list;
	l->n_sorted = n;
	l->sorted_generation = generation;
	return 0;
}

int
latest_each(struct latest *l,
	    int (*fn)(const struct latest_entry *e, void *arg), void *arg)
{
	struct latest_entry e;

	refresh(l);
	if (sort_cells(l) != 0)
		return 0;
	for (size_t i = 0; i < l->n_sorted; i++) {
		struct table_slot *s = table_cell(&l->table, l->sorted[i]);
		int rc;

		if (s == NULL || entry_of(s, &e) != 0)
			continue;
		rc = fn(&e, arg);
		if (rc != 0)
			return rc;
	}
	return 0;
}

size_t
latest_count(struct latest *l)
{
	refresh(l);
	return (size_t)atomic_load(&l->table.head->n_series);
}

uint64_t
latest_generation(struct latest *l)
{
	refresh(l);
	return atomic_load(&l->table.head->generation);
}

uint64_t
latest_counter(struct latest *l, unsigned which)
{
	refresh(l);
	return which < TABLE_COUNTERS
		   ? atomic_load(&l->table.head->counters[which])
		   : 0;
}
