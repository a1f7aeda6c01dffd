/* SPDX-License-Identifier: MIT */
/*
 * robin alert backtest RULE: how often the rule would have fired over the
 * stored history, at its own lines and at others.  Rows of 30 minutes and
 * more keep their extremes, so a rule of "above" is judged by maxima and one
 * of "below" by minima, unless it averages.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/command.h"
#include "alert/learn.h"
#include "alert/message.h"
#include "alert/settings.h"
#include "alert/trial.h"
#include "core/clock.h"

#define ROWS_MAX    1500
#define VARIANTS    3
#define FORECAST_S  (6 * 3600)
#define WORST_SHOWN 5

/* The rule's lines, moved by this share. */
static const double moves[VARIANTS] = {0, -0.05, 0.05};

struct worst {
	char series[PATH_SIZE];
	int64_t n_fired, longest_s;
};

struct backtest {
	struct query *q;
	const struct rule *rule;
	int64_t from_s, to_s;
	size_t n_series, n_unread;
	int64_t n_fired[VARIANTS], longest_s, total_s;
	size_t n_worst;
	struct worst worst[WORST_SHOWN];
};

static enum query_cf
extreme(const struct rule *r)
{
	if (r->aggregate == RULE_AVERAGE || r->condition == RULE_UNUSUAL ||
	    r->condition == RULE_REACHES)
		return QUERY_AVERAGE;
	return r->condition == RULE_BELOW ? QUERY_MIN : QUERY_MAX;
}

/*
 * One column of judged values.  A share's parts peak together or not at all,
 * so its extremes are those of its average rows.
 */
static int
read_values(struct backtest *b, const struct path *p, const struct family *f,
	    struct series *out)
{
	struct series s;
	enum query_cf cf = b->rule->share ? QUERY_AVERAGE : extreme(b->rule);

	if (query_series(b->q, p, b->from_s, b->to_s, ROWS_MAX, cf, &s, NULL) !=
	    0)
		return -1;
	if (s.n_metrics != f->n_metrics) {
		series_done(&s);
		return -1;
	}
	for (size_t i = 0; i < s.n_rows; i++)
		s.values[i] =
		    rule_value(b->rule, f, s.values + i * s.n_metrics);
	s.n_metrics = 1;
	*out = s;
	return 0;
}

/* The score of each row against a baseline of the same history. */
static int
to_scores(const struct rule *r, struct series *s)
{
	struct baseline base;
	struct finding f;

	(void)r;
	if (baseline_learn(&base, s, 0, NULL) != 0)
		return -1;
	for (size_t i = 0; i < s->n_rows; i++) {
		baseline_judge(&base, s->start_s + (int64_t)i * s->step_s,
			       s->values[i], "", &f);
		s->values[i] = f.score;
	}
	return 0;
}

/* What a forecast every six hours would have said at that time. */
static int
to_forecasts(const struct rule *r, struct series *s)
{
	double *said = malloc((s->n_rows + 1) * sizeof(*said));
	size_t every = (size_t)(FORECAST_S / s->step_s);
	size_t window = (size_t)(r->history_s / s->step_s);
	struct forecast f;
	struct finding found;

	if (said == NULL)
		return -1;
	every = every > 0 ? every : 1;
	for (size_t i = 0; i < s->n_rows; i++) {
		struct series part = *s;
		size_t from = i > window ? i - window : 0;

		said[i] = i > 0 ? said[i - 1] : INFINITY;
		if (i % every != 0)
			continue;
		part.values = s->values + from;
		part.n_rows = i + 1 - from;
		if (forecast_fit(&f, &part, 0, NULL) != 0)
			continue;
		forecast_reaches(&f, r->limit, 1, &found);
		said[i] = isnan(found.reaches_s) ? INFINITY : found.reaches_s;
	}
	memcpy(s->values, said, s->n_rows * sizeof(*said));
	free(said);
	return 0;
}

static void
note_worst(struct backtest *b, const struct path *p, const struct trial *t)
{
	struct worst one = {.n_fired = t->n_fired, .longest_s = t->longest_s};
	size_t at = b->n_worst;

	if (t->n_fired == 0)
		return;
	(void)path_format(p, one.series);
	while (at > 0 && b->worst[at - 1].n_fired < one.n_fired)
		at--;
	if (at == WORST_SHOWN)
		return;
	if (b->n_worst < WORST_SHOWN)
		b->n_worst++;
	memmove(&b->worst[at + 1], &b->worst[at],
		(b->n_worst - at - 1) * sizeof(one));
	b->worst[at] = one;
}

static void
try_all(struct backtest *b, const struct path *p, const struct rule_limits *l,
	const struct series *s)
{
	for (size_t i = 0; i < VARIANTS; i++) {
		struct rule_limits moved = *l;
		struct trial t;

		moved.warning *= 1 + moves[i];
		moved.critical *= 1 + moves[i];
		trial_run(&t, b->rule, &moved, s, NULL, NULL);
		b->n_fired[i] += t.n_fired;
		if (i > 0)
			continue;
		b->total_s += t.total_s;
		if (t.longest_s > b->longest_s)
			b->longest_s = t.longest_s;
		note_worst(b, p, &t);
	}
}

static int
try_series(const struct latest_entry *entry, void *arg)
{
	struct backtest *b = arg;
	const struct family *f =
	    registry_find(b->q->registry, entry->path.family, NULL);
	struct rule_limits l;
	struct series s;
	int rc = 0;

	if (f == NULL || !rule_matches(b->rule, &entry->path, f))
		return 0;
	l = rule_limits_of(b->rule, &entry->path, f);
	if (!l.enabled)
		return 0;
	b->n_series++;
	if (read_values(b, &entry->path, f, &s) != 0) {
		b->n_unread++;
		return 0;
	}
	if (b->rule->condition == RULE_UNUSUAL)
		rc = to_scores(b->rule, &s);
	else if (b->rule->condition == RULE_REACHES)
		rc = to_forecasts(b->rule, &s);
	if (rc == 0)
		try_all(b, &entry->path, &l, &s);
	series_done(&s);
	return 0;
}

static void
print(const struct backtest *b, int64_t days)
{
	const struct rule_limits *l = &b->rule->limits;
	char longest[24];

	message_span(b->longest_s, longest);
	(void)printf("%s over %lld days of %zu series: would have fired %lld "
		     "times%s%s\n",
		     b->rule->name, (long long)days, b->n_series,
		     (long long)b->n_fired[0],
		     b->n_fired[0] > 0 ? ", longest " : "",
		     b->n_fired[0] > 0 ? longest : "");
	for (size_t i = 1; i < VARIANTS; i++)
		(void)printf("with lines at %.4g / %.4g: %lld times\n",
			     l->warning * (1 + moves[i]),
			     l->critical * (1 + moves[i]),
			     (long long)b->n_fired[i]);
	for (size_t i = 0; i < b->n_worst; i++) {
		message_span(b->worst[i].longest_s, longest);
		(void)printf("  %-48s %lld times, longest %s\n",
			     b->worst[i].series, (long long)b->worst[i].n_fired,
			     longest);
	}
	if (b->n_unread > 0)
		(void)printf("%zu series could not be read\n", b->n_unread);
}

static int
backtest(const struct common *c, const char *name, int64_t days,
	 struct err *err)
{
	struct settings *s = calloc(1, sizeof(*s));
	struct latest *latest;
	struct query q = {0};
	struct backtest b = {.q = &q, .to_s = clock_wall_s()};
	int rc = -1;

	if (s == NULL)
		return err_set(err, ERR_NOMEM, "out of memory");
	if (settings_load(s, c->rules, err) != 0)
		goto out;
	b.rule = rules_find(&s->rules, name);
	b.from_s = b.to_s - days * 86400;
	if (b.rule == NULL) {
		err_set(err, ERR_NOT_FOUND, "there is no rule \"%.60s\"", name);
	} else if (b.rule->condition == RULE_SILENT) {
		err_set(err, ERR_UNSUPPORTED,
			"%s: silence leaves no rows to test", name);
	} else if (query_open(&q, c->program.state, err) == 0) {
		q.no_drain = true;
		latest = query_latest(&q, err);
		if (latest != NULL) {
			(void)latest_each(latest, try_series, &b);
			print(&b, days);
			rc = 0;
		}
		query_close(&q);
	}
	settings_done(s);
out:
	free(s);
	return rc;
}

int
do_backtest(int argc, char **argv)
{
	static struct common c;
	int64_t days = 30;
	const struct opt opts[] = {
	    COMMON_OPTS(&c),
	    {.name = "days",
	     .type = OPT_INT,
	     .arg = "N",
	     .help = "How far back",
	     .value = &days,
	     .min = 1,
	     .max = 400},
	};
	const struct opt_command cmd = {
	    .name = "robin alert backtest",
	    .synopsis = "RULE",
	    .brief = "how often a rule would have fired",
	    .about =
		"Runs a rule of the alert file over the stored history of "
		"every series it matches, at its own lines and at lines 5 % "
		"lower and higher.  A rule of condition unusual is judged "
		"by a baseline of the same days.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_min = 1,
	    .operands_max = 1,
	};
	struct err err = {0};
	int n = common_start(&c, &cmd, argc, argv, &err);

	if (n < 0 || backtest(&c, argv[1], days, &err) != 0)
		return opt_fail(&cmd, &err);
	return EXIT_OK;
}
