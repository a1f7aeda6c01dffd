/* SPDX-License-Identifier: MIT */
/*
 * Families: the rules they obey, copies, and what decides an RRD's layout.
 * Their JSON form is in family_json.c.
 *
 * A heap family is one block: struct family, then its metrics, its alerts,
 * then all its strings; so freeing it is one free().
 */
#include "core/family.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
family_metric(const struct family *f, const char *name)
{
	for (size_t i = 0; i < f->n_metrics; i++)
		if (strcmp(f->metrics[i].name, name) == 0)
			return (int)i;
	return -1;
}

static int
metric_name_valid(const char *s)
{
	size_t len = strlen(s);

	if (len == 0 || len > METRIC_NAME_MAX)
		return 0;
	/* a metric's name obeys a family's rule, only longer */
	return family_name_valid(s, len < FAMILY_MAX ? len : FAMILY_MAX) &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static int
check_metric(const struct family *f, size_t i, struct err *err)
{
	const struct metric *m = &f->metrics[i];
	char ds[METRIC_DS_SIZE], other[METRIC_DS_SIZE];

	if (m->name == NULL || !metric_name_valid(m->name))
		return err_set(err, ERR_INVALID,
			       "family %s: metric %zu has no valid name",
			       f->name, i + 1);
	if (m->min > m->max)
		return err_set(err, ERR_INVALID, "%s %s: min is over max",
			       f->name, m->name);
	if (m->kind != METRIC_GAUGE && !(m->min >= 0))
		return err_set(err, ERR_INVALID, "%s %s: a counter needs min 0",
			       f->name, m->name);
	if ((unsigned)m->kind >= METRIC_KIND__MAX ||
	    (unsigned)m->draw >= METRIC_DRAW__MAX ||
	    (unsigned)m->role >= METRIC_ROLE__MAX)
		return err_set(err, ERR_INVALID, "%s %s: unknown kind", f->name,
			       m->name);
	metric_ds_name(m->name, ds);
	for (size_t k = 0; k < i; k++) {
		metric_ds_name(f->metrics[k].name, other);
		if (strcmp(ds, other) == 0)
			return err_set(err, ERR_INVALID,
				       "family %s: metric %s is there twice",
				       f->name, m->name);
	}
	return 0;
}

int
family_check(const struct family *f, struct err *err)
{
	if (f->name == NULL || !family_name_valid(f->name, strlen(f->name)))
		return err_set(err, ERR_INVALID,
			       "family \"%.60s\": not a valid name",
			       f->name != NULL ? f->name : "");
	if (f->n_metrics == 0 || f->n_metrics > FAMILY_METRICS_MAX)
		return err_set(err, ERR_INVALID,
			       "family %s: %zu metrics, 1 to %d are possible",
			       f->name, f->n_metrics, FAMILY_METRICS_MAX);
	if (f->step_s < 1 || f->step_s > 86400 ||
	    f->heartbeat_s < 2 * f->step_s)
		return err_set(
		    err, ERR_INVALID,
		    "family %s: heartbeat %d s is under twice the step %d s",
		    f->name, (int)f->heartbeat_s, (int)f->step_s);
	if (f->lead >= f->n_metrics)
		return err_set(err, ERR_INVALID,
			       "family %s: lead metric %zu does not exist",
			       f->name, f->lead);
	for (size_t i = 0; i < f->n_metrics; i++)
		if (check_metric(f, i, err) != 0)
			return -1;
	return 0;
}

/* Where family_copy puts strings; counts first, then copies. */
struct arena {
	char *at; /* NULL while counting */
	size_t bytes;
};

static const char *
keep(struct arena *a, const char *s)
{
	size_t n;
	char *copy;

	if (s == NULL)
		return NULL;
	n = strlen(s) + 1;
	a->bytes += n;
	if (a->at == NULL)
		return s;
	copy = a->at;
	memcpy(copy, s, n);
	a->at += n;
	return copy;
}

static void
keep_strings(struct arena *a, struct family *f, struct metric *metrics,
	     struct family_alert *alerts)
{
	f->name = keep(a, f->name);
	f->title = keep(a, f->title);
	f->unit = keep(a, f->unit);
	f->help = keep(a, f->help);
	f->category = keep(a, f->category);
	f->instance_label = keep(a, f->instance_label);
	f->profile = keep(a, f->profile);
	for (size_t i = 0; i < f->n_metrics; i++) {
		struct metric *m = &metrics[i];

		m->name = keep(a, m->name);
		m->label = keep(a, m->label);
		m->unit = keep(a, m->unit);
		m->help = keep(a, m->help);
		m->raw_unit = keep(a, m->raw_unit);
	}
	for (size_t i = 0; i < f->n_alerts; i++)
		alerts[i].metric = keep(a, alerts[i].metric);
}

struct family *
family_copy(const struct family *f)
{
	size_t m_bytes = f->n_metrics * sizeof(struct metric);
	size_t a_bytes = f->n_alerts * sizeof(struct family_alert);
	size_t fixed = sizeof(struct family) + m_bytes + a_bytes;
	struct arena a = {0};
	struct family counted = *f, *copy = NULL;
	struct metric *metrics = NULL;
	struct family_alert *alerts = NULL;

	metrics = malloc(m_bytes + 1);
	alerts = malloc(a_bytes + 1);
	if (metrics == NULL || alerts == NULL)
		goto out;
	memcpy(metrics, f->metrics, m_bytes);
	if (a_bytes > 0)
		memcpy(alerts, f->alerts, a_bytes);
	keep_strings(&a, &counted, metrics, alerts);
	copy = malloc(fixed + a.bytes);
	if (copy == NULL)
		goto out;
	*copy = *f;
	copy->metrics = memcpy(copy + 1, f->metrics, m_bytes);
	copy->alerts = (void *)((char *)(copy + 1) + m_bytes);
	if (a_bytes > 0)
		memcpy((char *)(copy + 1) + m_bytes, f->alerts, a_bytes);
	a.at = (char *)copy + fixed;
	keep_strings(&a, copy, (struct metric *)(copy + 1),
		     (void *)((char *)(copy + 1) + m_bytes));
out:
	free(metrics);
	free(alerts);
	return copy;
}

void
family_free(struct family **f)
{
	if (f == NULL)
		return;
	free(*f);
	*f = NULL;
}

struct family *
family_undeclared(const char *name, size_t n_values, struct err *err)
{
	struct metric metrics[FAMILY_METRICS_MAX];
	char names[FAMILY_METRICS_MAX][8];
	struct family f = {
	    .name = name,
	    .title = name,
	    .unit = "",
	    .help = "Values put without a declaration",
	    .category = "other",
	    .step_s = 10,
	    .heartbeat_s = 120,
	    .lower_limit = NAN,
	    .upper_limit = NAN,
	    .n_metrics = n_values,
	    .metrics = metrics,
	};
	struct family *copy;

	for (size_t i = 0; i < n_values && i < FAMILY_METRICS_MAX; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "v%u",
			       (unsigned)(i + 1));
		metrics[i] = (struct metric){
		    .name = names[i],
		    .unit = "",
		    .help = "Value put without a declaration",
		    .min = NAN,
		    .max = NAN,
		};
	}
	if (family_check(&f, err) != 0)
		return NULL;
	copy = family_copy(&f);
	if (copy == NULL)
		err_set(err, ERR_NOMEM, "family %s: out of memory", name);
	return copy;
}

static bool
same_text(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "default", b != NULL ? b : "default") ==
	       0;
}

static bool
same_double(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

bool
family_same_schema(const struct family *a, const struct family *b)
{
	if (a->step_s != b->step_s || a->heartbeat_s != b->heartbeat_s ||
	    a->n_metrics != b->n_metrics || !same_text(a->profile, b->profile))
		return false;
	for (size_t i = 0; i < a->n_metrics; i++) {
		const struct metric *m = &a->metrics[i], *n = &b->metrics[i];

		if (strcmp(m->name, n->name) != 0 || m->kind != n->kind ||
		    !same_double(m->min, n->min) ||
		    !same_double(m->max, n->max))
			return false;
	}
	return true;
}
