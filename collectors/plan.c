/* SPDX-License-Identifier: MIT */
/* Jobs and their slots: see plan.h. */
#include "collectors/plan.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/opt.h"

#define PHASE_MAX_MS 500

static void
add_families(struct job *j, const struct conf *conf)
{
	const struct family *const *f = j->collector->families;

	for (; f[j->n_families] != NULL; j->n_families++) {
		struct plan_family *pf = &j->families[j->n_families];

		*pf = (struct plan_family){.stated = f[j->n_families],
					   .real = *f[j->n_families]};
		pf->real.step_s = j->step_s;
		if (pf->real.heartbeat_s < 2 * j->step_s)
			pf->real.heartbeat_s = 2 * j->step_s;
		if (pf->real.profile == NULL && conf->profile[0] != '\0')
			pf->real.profile = conf->profile;
	}
}

static int
add(struct plan *p, const struct conf *conf, const struct collector *c,
    struct err *err)
{
	const struct conf_collector *cc = conf_collector(conf, c->name);
	struct job *j = &p->jobs[p->n_jobs];
	size_t n = 0;

	if (p->n_jobs == PLAN_JOBS_MAX)
		return err_set(err, ERR_FULL, "over %d collectors",
			       PLAN_JOBS_MAX);
	if (collector_check(c, err) != 0)
		return -1;
	while (c->families[n] != NULL)
		n++;
	if (n > PLAN_FAMILIES_MAX)
		return err_set(err, ERR_INVALID, "collector %s: %zu families",
			       c->name, n);
	*j = (struct job){.collector = c, .slot = -1};
	j->step_s = cc != NULL && cc->step_s > 0 ? cc->step_s
		    : c->step_s > 0		 ? c->step_s
						 : conf->step_s;
	j->timeout_s =
	    cc != NULL && cc->timeout_s > 0 ? cc->timeout_s : j->step_s;
	add_families(j, conf);
	p->n_jobs++;
	return 0;
}

static int
unknown(const char *name, struct err *err)
{
	const char *names[PLAN_JOBS_MAX], *near;
	size_t n = 0;

	while (n < PLAN_JOBS_MAX && collectors[n] != NULL) {
		names[n] = collectors[n]->name;
		n++;
	}
	near = opt_nearest(name, names, n);
	return err_set(err, ERR_USAGE, "no collector \"%.48s\"%s%s%s", name,
		       near != NULL ? ", did you mean \"" : " (see --list)",
		       near != NULL ? near : "", near != NULL ? "\"?" : "");
}

static int
add_named(struct plan *p, const struct conf *conf, char *const *names, size_t n,
	  struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct collector *c = collector_find(names[i]);
		bool twice = false;

		if (c == NULL)
			return unknown(names[i], err);
		for (size_t k = 0; k < p->n_jobs; k++)
			twice |= p->jobs[k].collector == c;
		if (!twice && add(p, conf, c, err) != 0)
			return -1;
	}
	return 0;
}

static int
add_enabled(struct plan *p, const struct conf *conf, struct err *err)
{
	for (size_t i = 0; collectors[i] != NULL; i++) {
		const struct conf_collector *cc =
		    conf_collector(conf, collectors[i]->name);

		if (cc != NULL && !cc->enabled)
			continue;
		if (add(p, conf, collectors[i], err) != 0)
			return -1;
	}
	return 0;
}

int
plan_init(struct plan *p, const struct conf *conf, char *const *names, size_t n,
	  struct err *err)
{
	size_t all = 0;
	int rc;

	*p = (struct plan){0};
	p->phase_ms =
	    (int64_t)(XXH64(conf->host, strlen(conf->host), 0) % PHASE_MAX_MS);
	while (collectors[all] != NULL)
		all++;
	p->jobs = calloc(all + 1, sizeof(*p->jobs));
	if (p->jobs == NULL)
		return err_set(err, ERR_NOMEM, "out of memory");
	rc = n > 0 ? add_named(p, conf, names, n, err)
		   : add_enabled(p, conf, err);
	if (rc != 0)
		plan_done(p);
	return rc;
}

void
plan_done(struct plan *p)
{
	for (size_t i = 0; i < p->n_jobs; i++)
		child_done(&p->jobs[i].child);
	free(p->jobs);
	*p = (struct plan){0};
}

int64_t
plan_slot(const struct plan *p, const struct job *j, int64_t wall_ms)
{
	return (wall_ms - p->phase_ms) / ((int64_t)j->step_s * 1000);
}

int64_t
plan_time_s(const struct plan *p, int64_t wall_ms)
{
	/* without the phase, a tick a moment late would count as a second on */
	return (wall_ms - p->phase_ms) / 1000;
}

int64_t
plan_next_ms(const struct plan *p, int64_t wall_ms)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < p->n_jobs; i++) {
		const struct job *j = &p->jobs[i];
		int64_t t = (plan_slot(p, j, wall_ms) + 1) *
				((int64_t)j->step_s * 1000) +
			    p->phase_ms;

		if (t < next)
			next = t;
	}
	return next;
}

int64_t
plan_skipped(const struct job *j, int64_t slot, int64_t elapsed_ms)
{
	int64_t by_slots = slot - j->slot - 1;
	int64_t step_ms = (int64_t)j->step_s * 1000;
	int64_t by_time = (elapsed_ms + step_ms / 2) / step_ms - 1;

	if (j->slot < 0 || by_slots <= 0 || by_time <= 0)
		return 0;
	return by_slots < by_time ? by_slots : by_time;
}

struct plan_family *
plan_family(struct plan *p, const struct family *stated)
{
	for (size_t i = 0; i < p->n_jobs; i++)
		for (size_t k = 0; k < p->jobs[i].n_families; k++)
			if (p->jobs[i].families[k].stated == stated)
				return &p->jobs[i].families[k];
	return NULL;
}
