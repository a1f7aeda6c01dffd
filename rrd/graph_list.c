/* SPDX-License-Identifier: MIT */
/* Instances of a family: see graph_list.h. */
#include "rrd/graph_list.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/state.h"

struct list {
	const struct path *p;
	char (*names)[SLUG_MAX + 1];
	size_t n, max, all;
};

static void
add(struct list *l, const char *instance, size_t len)
{
	if (len == 0 || len > SLUG_MAX)
		return;
	l->all++;
	if (l->n == l->max)
		return;
	memcpy(l->names[l->n], instance, len);
	l->names[l->n++][len] = '\0';
}

static int
each(const struct latest_entry *e, void *arg)
{
	struct list *l = arg;

	if (strcmp(e->path.family, l->p->family) == 0 &&
	    strcmp(e->path.host, l->p->host) == 0 &&
	    strcmp(e->path.cluster, l->p->cluster) == 0)
		add(l, e->path.instance, strlen(e->path.instance));
	return 0;
}

/* Files FAMILY.INSTANCE.rrd of the host's folder. */
static void
from_files(const struct query *q, struct list *l)
{
	char folder[PATH_MAX];
	size_t family_len = strlen(l->p->family);
	struct dirent *d;
	DIR *dir;
	int n = snprintf(folder, sizeof folder, "%s/%s/%s/%s", q->state,
			 STATE_RRD, l->p->cluster, l->p->host);

	if (n < 0 || (size_t)n >= sizeof folder)
		return;
	dir = opendir(folder);
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		size_t len = strlen(d->d_name);

		if (len > family_len + 5 &&
		    strncmp(d->d_name, l->p->family, family_len) == 0 &&
		    d->d_name[family_len] == '.' &&
		    strcmp(d->d_name + len - 4, ".rrd") == 0)
			add(l, d->d_name + family_len + 1,
			    len - family_len - 5);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

size_t
graph_list(struct query *q, const struct path *p, char (*names)[SLUG_MAX + 1],
	   size_t max, size_t *all)
{
	struct list l = {.p = p, .names = names, .max = max};
	struct err err;

	if (query_latest(q, &err) != NULL)
		(void)latest_each(q->latest, each, &l);
	if (l.n == 0)
		from_files(q, &l);
	*all = l.all;
	return l.n;
}
