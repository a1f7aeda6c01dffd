/* SPDX-License-Identifier: MIT */
/* State of a series from its newest values: see health.h. */
#include "www/health.h"

#include <math.h>
#include <string.h>

#include "core/buf.h"
#include "core/role.h"
#include "www/text.h"

#define STALE_STEPS	  3
#define STALE_AT_LEAST_S  60
#define STALE_CRITICAL_S  600
#define INSTANT_FOR_STEPS 3

/* Used shares that are levels: one sample is enough to say so. */
struct level {
	enum metric_role role;
	double warning, critical; /* percent, without an alert of its own */
	const char *is;		  /* "… is 96 % full" */
};

static const struct level levels[] = {
    {ROLE_DISK_USED, 90, 95, "full"},
    {ROLE_INODES_USED, 90, 95, "used"},
    {ROLE_MEMORY_USED, 90, 97, "used"},
    {ROLE_SWAP_USED, 80, 95, "used"},
};

#define N_LEVELS (sizeof(levels) / sizeof(levels[0]))

static const struct {
	const char *word, *mark, *class;
} states[HEALTH__MAX] = {
    [HEALTH_OK] = {"ok", "\xe2\x97\x8f", "ok"},
    [HEALTH_WARNING] = {"warning", "\xe2\x96\xb2", "warn"},
    [HEALTH_CRITICAL] = {"critical", "\xe2\x96\xa0", "crit"},
};

const char *
health_word(enum health_state state)
{
	return states[state].word;
}

const char *
health_mark(enum health_state state)
{
	return states[state].mark;
}

const char *
health_class(enum health_state state)
{
	return states[state].class;
}

static const struct level *
level_find(enum metric_role role)
{
	for (size_t i = 0; i < N_LEVELS; i++)
		if (levels[i].role == role)
			return &levels[i];
	return NULL;
}

/* A threshold pair may point up (80, 90) or down (20, 10). */
static enum health_state
judge(double v, double warning, double critical, double *over)
{
	int down = !isnan(warning) && !isnan(critical) && critical < warning;
	double w = down ? -warning : warning, c = down ? -critical : critical;
	double x = down ? -v : v;

	*over = 0;
	if (isnan(v))
		return HEALTH_OK;
	if (!isnan(c) && x >= c) {
		*over = c != 0 ? fabs(x / c) : fabs(x);
		return HEALTH_CRITICAL;
	}
	if (!isnan(w) && x >= w) {
		*over = w != 0 ? fabs(x / w) : fabs(x);
		return HEALTH_WARNING;
	}
	return HEALTH_OK;
}

static void
say(struct health_finding *out, const struct family *f, const char *instance,
    const char *what, double value, const char *unit, const char *is)
{
	struct buf b;

	buf_init(&b, sizeof(out->text) - 1);
	buf_str(&b, f->title);
	if (what != NULL)
		buf_fmt(&b, " %s", what);
	if (instance[0] != '\0') {
		buf_char(&b, ' ');
		slug_text(&b, instance);
	}
	buf_str(&b, " is ");
	text_value(&b, value, unit);
	if (is != NULL)
		buf_fmt(&b, " %s", is);
	if (!buf_ok(&b)) /* an absurdly long title or instance */
		(void)snprintf(out->text, sizeof(out->text), "%.100s",
			       f->title);
	else
		(void)snprintf(out->text, sizeof(out->text), "%s", b.data);
	buf_done(&b);
}

static void
keep(struct health_finding *out, const struct health_finding *f)
{
	if (f->state != HEALTH_OK && health_worse(f, out))
		*out = *f;
}

/* One of the family's own alerts; those that must hold for longer than a few
 * steps are for an engine with a memory, except for levels. */
static void
judge_alert(const struct family *f, const char *instance, const double *rates,
	    const struct family_alert *a, struct health_finding *out)
{
	const struct level *level = level_find(a->role);
	struct health_finding x = {0};
	const struct metric *m = NULL;
	const char *unit;
	int i;

	if (level == NULL && a->for_s > INSTANT_FOR_STEPS * f->step_s)
		return;
	x.value = 100 * role_used_ratio(f, rates, a->role);
	unit = "percent";
	if (isnan(x.value)) {
		if (a->role != ROLE_NONE) {
			x.value = role_sum(f, rates, a->role);
		} else {
			i = a->metric != NULL ? family_metric(f, a->metric)
					      : -1;
			x.value = i < 0 ? NAN : rates[i];
			m = i < 0 ? NULL : &f->metrics[i];
		}
		unit = m != NULL && m->unit != NULL ? m->unit : f->unit;
	}
	x.state = judge(x.value, a->warning, a->critical, &x.over);
	if (x.state == HEALTH_OK)
		return;
	say(&x, f, instance,
	    m == NULL	       ? NULL
	    : m->label != NULL ? m->label
			       : m->name,
	    x.value, unit, level != NULL ? level->is : NULL);
	keep(out, &x);
}

static int
has_alert(const struct family *f, enum metric_role role)
{
	for (size_t i = 0; i < f->n_alerts; i++)
		if (f->alerts[i].role == role)
			return 1;
	return 0;
}

enum health_state
health_series(const struct family *f, const char *instance, const double *rates,
	      struct health_finding *out)
{
	*out = (struct health_finding){0};
	for (size_t i = 0; i < f->n_alerts; i++)
		judge_alert(f, instance, rates, &f->alerts[i], out);
	for (size_t i = 0; i < N_LEVELS; i++) {
		struct family_alert a = {.role = levels[i].role,
					 .warning = levels[i].warning,
					 .critical = levels[i].critical};

		if (role_in(f, a.role) && !has_alert(f, a.role))
			judge_alert(f, instance, rates, &a, out);
	}
	return out->state;
}

enum health_state
health_age(int64_t age_s, int32_t step_s, struct health_finding *out)
{
	int64_t warning_s = (int64_t)STALE_STEPS * step_s;
	struct buf b;

	*out = (struct health_finding){0};
	if (warning_s < STALE_AT_LEAST_S)
		warning_s = STALE_AT_LEAST_S;
	if (age_s <= warning_s)
		return HEALTH_OK;
	out->state = HEALTH_WARNING;
	if (age_s > STALE_CRITICAL_S && age_s > warning_s * 2)
		out->state = HEALTH_CRITICAL;
	out->value = (double)age_s;
	/* silence outranks every level: what is not seen cannot be judged */
	out->over = 10 + (double)age_s / (double)warning_s;
	buf_init(&b, sizeof(out->text) - 1);
	buf_str(&b, "No data for ");
	text_age(&b, age_s);
	(void)snprintf(out->text, sizeof(out->text), "%s", b.data);
	buf_done(&b);
	return out->state;
}

int
health_worse(const struct health_finding *a, const struct health_finding *b)
{
	if (a->state != b->state)
		return a->state > b->state;
	return a->over > b->over;
}
