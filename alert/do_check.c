/* SPDX-License-Identifier: MIT */
/*
 * robin alert check: is the alert file right, and do its rules do what their
 * tests say?  Tests are YAML, for a user's own CI:
 *
 *   tests:
 *     - rule: disk_full
 *       series: 'local/web1/disk.:'   # for overrides; may be left out
 *       step: 1m
 *       values: 80x5 97x20 _x3 50x10  # _ is unknown
 *       expect:
 *         - {at: 6m, state: pending}
 *         - {at: 10m, state: firing, severity: critical}
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/command.h"
#include "alert/rule_read.h"
#include "alert/settings.h"
#include "alert/trial.h"
#include "core/buf.h"
#include "core/file.h"
#include "core/number.h"
#include "core/yaml.h"

#define ROWS_MAX    100000
#define EXPECTS_MAX 64

struct expectation {
	int32_t at_s;
	enum alert_phase phase;
	int level; /* -1: any */
	const struct yaml_item *where;
};

struct check {
	const struct settings *s;
	const struct yaml_tree *y;
	struct err *err;
	int n_good, n_bad;
	/* of the test at hand */
	const struct rule *rule;
	int32_t step_s;
	struct series values;
	size_t n_expects;
	struct expectation expects[EXPECTS_MAX];
};

static const char *
text_of(const struct yaml_item *map, const char *key)
{
	const struct yaml_item *i = yaml_tree_find(map, key);

	return i != NULL && i->kind == YAML_TEXT ? i->text : NULL;
}

/* "97x20" or "_"; appends that many rows. */
static int
read_run(struct check *k, const char *word, size_t len)
{
	const char *x = memchr(word, 'x', len);
	size_t n = x != NULL ? (size_t)(x - word) : len;
	int64_t count = 1;
	double v = NAN;

	if (!(n == 1 && word[0] == '_') && !number_double(word, n, &v))
		return -1;
	if (x != NULL && (!number_i64(x + 1, len - n - 1, &count) || count < 1))
		return -1;
	if ((int64_t)k->values.n_rows + count > ROWS_MAX)
		return -1;
	while (count-- > 0)
		k->values.values[k->values.n_rows++] = v;
	return 0;
}

static int
read_values(struct check *k, const struct yaml_item *test)
{
	const char *p = text_of(test, "values");

	if (p == NULL)
		return yaml_tree_fail(k->y, test, k->err, "values: is missing");
	k->values.n_rows = 0;
	while (*p != '\0') {
		size_t n = strcspn(p, " ");

		if (n > 0 && read_run(k, p, n) != 0)
			return yaml_tree_fail(
			    k->y, yaml_tree_find(test, "values"), k->err,
			    "values: \"%.20s\": VALUExCOUNT is expected", p);
		p += n;
		p += strspn(p, " ");
	}
	return 0;
}

static int
read_phase(const char *word, enum alert_phase *out)
{
	static const char *const names[ALERT_PHASE__MAX] = {"ok", "pending",
							    "firing"};

	for (int i = 0; word != NULL && i < ALERT_PHASE__MAX; i++)
		if (strcmp(names[i], word) == 0) {
			*out = (enum alert_phase)i;
			return 0;
		}
	return -1;
}

static int
read_expectation(struct check *k, const struct yaml_item *map)
{
	struct expectation *x = &k->expects[k->n_expects];
	const char *at = text_of(map, "at");
	const char *severity = text_of(map, "severity");

	if (k->n_expects == EXPECTS_MAX)
		return yaml_tree_fail(k->y, map, k->err, "too many");
	*x = (struct expectation){.level = -1, .where = map};
	if (at == NULL || rule_duration(at, &x->at_s) != 0)
		return yaml_tree_fail(k->y, map, k->err,
				      "at: a duration is expected");
	if (read_phase(text_of(map, "state"), &x->phase) != 0)
		return yaml_tree_fail(k->y, map, k->err,
				      "state: ok, pending or firing");
	for (int i = LEVEL_WARNING; severity != NULL && i < LEVEL__MAX; i++)
		if (strcmp(alert_level_name((enum alert_level)i), severity) ==
		    0)
			x->level = i;
	if (severity != NULL && x->level < 0)
		return yaml_tree_fail(k->y, map, k->err,
				      "severity: warning or critical");
	k->n_expects++;
	return 0;
}

static int
read_test(struct check *k, const struct yaml_item *test)
{
	const char *rule = text_of(test, "rule"), *step = text_of(test, "step");
	const struct yaml_item *expect = yaml_tree_find(test, "expect");

	k->rule = rule != NULL ? rules_find(&k->s->rules, rule) : NULL;
	if (k->rule == NULL)
		return yaml_tree_fail(k->y, test, k->err,
				      "rule: there is no such rule");
	k->step_s = 60;
	if (step != NULL &&
	    (rule_duration(step, &k->step_s) != 0 || k->step_s < 1))
		return yaml_tree_fail(k->y, test, k->err,
				      "step: a duration is expected");
	if (read_values(k, test) != 0)
		return -1;
	k->n_expects = 0;
	if (expect == NULL || expect->kind != YAML_LIST || expect->n == 0)
		return yaml_tree_fail(k->y, test, k->err,
				      "expect: a list is expected");
	for (const struct yaml_item *i = expect->first; i != NULL; i = i->next)
		if (read_expectation(k, i) != 0)
			return -1;
	return 0;
}

static int
limits_for(struct check *k, const struct yaml_item *test,
	   struct rule_limits *out)
{
	static const struct family none;
	const char *series = text_of(test, "series");
	struct path p;

	*out = k->rule->limits;
	if (series == NULL)
		return 0;
	if (path_parse(series, strlen(series), &p, k->err) != 0)
		return -1;
	*out = rule_limits_of(k->rule, &p, &none);
	return 0;
}

static void
judge_row(const struct trial *t, size_t row, void *arg)
{
	static const char *const names[ALERT_PHASE__MAX] = {"ok", "pending",
							    "firing"};
	struct check *k = arg;

	for (size_t i = 0; i < k->n_expects; i++) {
		const struct expectation *x = &k->expects[i];
		bool good;

		if (x->at_s / k->step_s != (int32_t)row)
			continue;
		good = x->phase == t->state.phase &&
		       (x->level < 0 || x->level == (int)t->state.level);
		if (good)
			k->n_good++;
		else
			k->n_bad++;
		(void)printf("%s - line %u: %s at %ds is %s%s%s\n",
			     good ? "ok" : "not ok", x->where->line,
			     k->rule->name, (int)x->at_s, names[t->state.phase],
			     t->state.phase == ALERT_FIRING ? " " : "",
			     t->state.phase == ALERT_FIRING
				 ? alert_level_name(t->state.level)
				 : "");
	}
}

static int
run_test(struct check *k, const struct yaml_item *test)
{
	struct rule_limits l;
	struct trial t;
	int before = k->n_good + k->n_bad;

	if (read_test(k, test) != 0 || limits_for(k, test, &l) != 0)
		return -1;
	k->values.start_s = 1600000000;
	k->values.step_s = k->step_s;
	trial_run(&t, k->rule, &l, &k->values, judge_row, k);
	if (k->n_good + k->n_bad - before != (int)k->n_expects)
		return yaml_tree_fail(k->y, test, k->err,
				      "expect: a time after the last value");
	return 0;
}

static int
run_tests(struct check *k, const char *file)
{
	const struct yaml_item *tests;
	struct yaml_tree *y = NULL;
	struct buf text;
	int rc;

	buf_init(&text, YAML_BYTES_MAX);
	rc = file_read(file, &text, k->err);
	if (rc == 0)
		y = yaml_tree_read(file, text.data, text.len, k->err);
	buf_done(&text);
	if (y == NULL)
		return -1;
	k->y = y;
	k->values = (struct series){.n_metrics = 1};
	k->values.values = malloc(ROWS_MAX * sizeof(double));
	tests = yaml_tree_root(y) != NULL
		    ? yaml_tree_find(yaml_tree_root(y), "tests")
		    : NULL;
	if (k->values.values == NULL)
		rc = err_set(k->err, ERR_NOMEM, "out of memory");
	else if (tests == NULL || tests->kind != YAML_LIST)
		rc = yaml_tree_fail(y, NULL, k->err,
				    "tests: a list is expected");
	else
		for (const struct yaml_item *i = tests->first;
		     i != NULL && rc == 0; i = i->next)
			rc = run_test(k, i);
	series_done(&k->values);
	yaml_tree_free(&y);
	return rc;
}

static int
check(const struct common *c, const char *file, const char *tests,
      struct err *err)
{
	struct settings *s = calloc(1, sizeof(*s));
	static struct check k;
	int rc;

	if (s == NULL)
		return err_set(err, ERR_NOMEM, "out of memory");
	rc = settings_load(s, file != NULL ? file : c->rules, err);
	if (rc == 0)
		(void)printf("%zu rules, %zu channels, %zu routes\n",
			     s->rules.n, s->n_channels, s->n_routes);
	k.s = s;
	k.err = err;
	if (rc == 0 && tests != NULL)
		rc = run_tests(&k, tests);
	if (rc == 0 && k.n_bad > 0)
		rc = err_set(err, ERR_INVALID, "%d of %d expectations failed",
			     k.n_bad, k.n_good + k.n_bad);
	settings_done(s);
	free(s);
	return rc;
}

int
do_check(int argc, char **argv)
{
	static struct common c;
	const char *tests = NULL;
	const struct opt opts[] = {
	    COMMON_OPTS(&c),
	    {.name = "tests",
	     .type = OPT_STRING,
	     .arg = "FILE",
	     .help = "Tests of rules to run",
	     .value = &tests},
	};
	const struct opt_command cmd = {
	    .name = "robin alert check",
	    .synopsis = "[FILE]",
	    .brief = "check an alert file, and test its rules",
	    .about = "Exit status 3 tells of a wrong file, with its line; 1 "
		     "of a test that failed.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_max = 1,
	};
	struct err err = {0};
	int n = common_start(&c, &cmd, argc, argv, &err);

	if (n < 0 || check(&c, n > 0 ? argv[1] : NULL, tests, &err) != 0)
		return opt_fail(&cmd, &err);
	return EXIT_OK;
}
