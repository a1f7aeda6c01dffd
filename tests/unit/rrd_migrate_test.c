/* SPDX-License-Identifier: MIT */
/* Reading an RRD file by time, filling another from it, the manifest of a
 * backup, the rules of an import. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/err.h"
#include "rrd/backup_manifest.h"
#include "rrd/check.h"
#include "rrd/import_rule.h"
#include "rrd/migrate.h"
#include "rrd/migrate_source.h"

#define LAST INT64_C(1700000400) /* a multiple of 600 plus 0 */

/* cmocka's own compares floats, which cannot tell these numbers apart */
static void
near(double got, double want, double by)
{
	assert_true(fabs(got - want) <= by);
}

struct shape {
	const char *cf;
	uint64_t per, rows, cur;
};

static void
u64(unsigned char *p, uint64_t v)
{
	memcpy(p, &v, 8);
}

static void
f64(unsigned char *p, double v)
{
	memcpy(p, &v, 8);
}

/* Bytes of a file: rows hold their end time divided by 10, times ds + 1;
 * unknown where the test says so. */
static unsigned char *
file(size_t *n, uint64_t step, size_t n_ds, const char *const *names,
     const struct shape *shapes, size_t n_rra, int64_t last_s, int known)
{
	size_t head = 128 + 120 * (n_ds + n_rra) + 16 + 112 * n_ds +
		      80 * n_ds * n_rra + 8 * n_rra;
	size_t live = 128 + 120 * (n_ds + n_rra), at = head;
	unsigned char *b;

	*n = head;
	for (size_t i = 0; i < n_rra; i++)
		*n += 8 * n_ds * shapes[i].rows;
	b = calloc(1, *n);
	memcpy(b,
	       "RRD\0"
	       "0003",
	       8);
	f64(b + 16, 8.642135E130);
	u64(b + 24, n_ds);
	u64(b + 32, n_rra);
	u64(b + 40, step);
	for (size_t i = 0; i < n_ds; i++) {
		unsigned char *d = b + 128 + 120 * i;
		unsigned char *pdp = b + live + 16 + 112 * i;

		memcpy(d, names[i], strlen(names[i]));
		memcpy(d + 20, "GAUGE", 5);
		u64(d + 40, 2 * step);
		f64(d + 48, -1e9);
		f64(d + 56, 1e9);
		memcpy(pdp, known ? "42" : "U", known ? 2 : 1);
		f64(pdp + 40, known ? 7.5 : NAN);
	}
	u64(b + live, (uint64_t)last_s);
	for (size_t i = 0; i < n_rra; i++) {
		unsigned char *r = b + 128 + 120 * (n_ds + i);
		int64_t s = (int64_t)(step * shapes[i].per);
		int64_t end = last_s - last_s % s;

		memcpy(r, shapes[i].cf, strlen(shapes[i].cf));
		u64(r + 24, shapes[i].rows);
		u64(r + 32, shapes[i].per);
		f64(r + 40, 0.5);
		u64(b + head - 8 * (n_rra - i), shapes[i].cur);
		for (uint64_t k = 0; k < shapes[i].rows; k++) {
			size_t row = (shapes[i].cur + shapes[i].rows - k) %
				     shapes[i].rows;

			for (size_t ds = 0; ds < n_ds; ds++)
				f64(b + at + 8 * (row * n_ds + ds),
				    known ? (double)((end - (int64_t)k * s) /
						     10) *
						(double)(ds + 1)
					  : NAN);
		}
		at += 8 * n_ds * shapes[i].rows;
	}
	return b;
}

static const char *const ab[] = {"a", "b"};
static const char *const ca[] = {"c", "a"};
static const struct shape fine[] = {
    {"AVERAGE", 1, 60, 17}, {"AVERAGE", 6, 100, 3}, {"MAX", 6, 100, 99}};

static void
rows_by_time(void **state)
{
	size_t n;
	unsigned char *b = file(&n, 10, 2, ab, fine, 3, LAST, 1);
	struct source s;
	struct err err;

	(void)state;
	assert_int_equal(source_parse(&s, b, n, "f", &err), 0);
	assert_int_equal(s.n_archives, 3);
	assert_int_equal(source_find_ds(&s, "b"), 1);
	assert_int_equal(source_find_ds(&s, "x"), -1);
	near(source_row(&s, &s.archives[0], 0, LAST), LAST / 10, 0);
	near(source_row(&s, &s.archives[0], 1, LAST - 590),
	     (LAST - 590) / 10 * 2, 0);
	assert_true(isnan(source_row(&s, &s.archives[0], 0, LAST - 600)));
	assert_true(isnan(source_row(&s, &s.archives[0], 0, LAST + 10)));
	assert_int_equal(source_first_s(&s.archives[1]), LAST - 99 * 60);
	free(b);
}

static void
best_archive(void **state)
{
	size_t n;
	unsigned char *b = file(&n, 10, 2, ab, fine, 3, LAST, 1);
	struct source s;
	struct err err;
	double v;

	(void)state;
	assert_int_equal(source_parse(&s, b, n, "f", &err), 0);
	/* exactly as it is */
	near(source_value(&s, 0, SOURCE_MAX, 60, LAST), LAST / 10, 0);
	/* 30 s: from three rows of 10 s, for every function */
	v = (double)LAST / 10;
	near(source_value(&s, 0, SOURCE_AVERAGE, 30, LAST), v - 1, 1e-6);
	near(source_value(&s, 0, SOURCE_MIN, 30, LAST), v - 2, 1e-6);
	near(source_value(&s, 0, SOURCE_MAX, 30, LAST), v, 1e-6);
	/* 10 s before the fine rows begin: from the minute it lies in */
	near(source_value(&s, 0, SOURCE_AVERAGE, 10, LAST - 1210),
	     (double)(LAST - 1200) / 10, 1e-6);
	/* nothing reaches that far, or that late */
	assert_true(
	    isnan(source_value(&s, 0, SOURCE_AVERAGE, 60, LAST - 101 * 60)));
	assert_true(isnan(source_value(&s, 0, SOURCE_AVERAGE, 10, LAST + 10)));
	free(b);
}

static void
fill_keeps_rows(void **state)
{
	static const struct shape other[] = {{"AVERAGE", 6, 200, 150},
					     {"AVERAGE", 1, 90, 0}};
	size_t n, m;
	unsigned char *from = file(&n, 10, 2, ab, fine, 3, LAST + 30, 1);
	unsigned char *to = file(&m, 10, 2, ca, other, 2, LAST + 30, 0);
	struct source s, t;
	struct source_cdp cdp;
	struct err err;

	(void)state;
	assert_int_equal(source_parse(&s, from, n, "f", &err), 0);
	assert_int_equal(migrate_fill(to, m, &s, NULL, &err), 0);
	assert_int_equal(source_parse(&t, to, m, "t", &err), 0);
	for (int64_t k = 0; k < 100; k++)
		near(source_row(&t, &t.archives[0], 1, LAST - 60 * k),
		     (double)((LAST - 60 * k) / 10), 0);
	for (int64_t k = 0; k < 60; k++)
		near(source_row(&t, &t.archives[1], 1, LAST + 30 - 10 * k),
		     (double)((LAST + 30 - 10 * k) / 10), 0);
	/* c is new: unknown */
	assert_true(isnan(source_row(&t, &t.archives[0], 0, LAST)));
	assert_string_equal(t.ds[0].last, "U");
	assert_string_equal(t.ds[1].last, "42");
	near(t.ds[1].pdp_value, 7.5, 0);
	/* the row in progress goes on as it was, here: nothing */
	cdp = source_cdp(&t, 0, 1);
	near(cdp.value, 0, 0);
	free(from);
	free(to);
}

static void
fill_collects_progress(void **state)
{
	static const struct shape other[] = {{"AVERAGE", 6, 10, 0},
					     {"MAX", 30, 10, 0}};
	static const struct shape base[] = {{"AVERAGE", 1, 60, 17}};
	size_t n, m;
	unsigned char *from = file(&n, 10, 2, ab, base, 1, LAST + 30, 1);
	unsigned char *to = file(&m, 10, 2, ca, other, 2, LAST + 30, 0);
	struct source s, t;
	struct err err;

	(void)state;
	assert_int_equal(source_parse(&s, from, n, "f", &err), 0);
	assert_int_equal(migrate_fill(to, m, &s, NULL, &err), 0);
	assert_int_equal(source_parse(&t, to, m, "t", &err), 0);
	/* three points of the minute: their sum, none unknown */
	near(source_cdp(&t, 0, 1).value, 3.0 * ((double)LAST / 10 + 2), 1e-3);
	assert_int_equal(source_cdp(&t, 0, 1).n_unkn, 0);
	near(source_cdp(&t, 1, 1).value, (double)LAST / 10 + 3, 1e-6);
	/* the new metric: three unknown */
	assert_int_equal(source_cdp(&t, 0, 0).n_unkn, 3);
	free(from);
	free(to);
}

static void
graft_stays_behind(void **state)
{
	static const struct shape one[] = {{"AVERAGE", 1, 60, 5}};
	size_t n, g, m;
	unsigned char *from = file(&n, 10, 1, ab, one, 1, LAST, 0);
	unsigned char *more = file(&g, 10, 1, ab, one, 1, LAST - 100, 1);
	unsigned char *to = file(&m, 10, 1, ab, one, 1, LAST, 0);
	struct source s, x, t;
	struct err err;

	(void)state;
	assert_int_equal(source_parse(&s, from, n, "f", &err), 0);
	f64(from + s.archives[0].rows_at + 8 * 5, -3); /* the newest row */
	assert_int_equal(source_parse(&x, more, g, "g", &err), 0);
	assert_int_equal(migrate_fill(to, m, &s, &x, &err), 0);
	assert_int_equal(source_parse(&t, to, m, "t", &err), 0);
	near(source_row(&t, &t.archives[0], 0, LAST), -3, 0);
	assert_true(isnan(source_row(&t, &t.archives[0], 0, LAST - 90)));
	near(source_row(&t, &t.archives[0], 0, LAST - 100),
	     (double)(LAST - 100) / 10, 0);
	free(from);
	free(more);
	free(to);
}

static void
refuses(void **state)
{
	size_t n;
	unsigned char *b = file(&n, 10, 2, ab, fine, 3, LAST, 1);
	struct source s;
	struct err err;

	(void)state;
	assert_int_equal(source_parse(&s, b, n - 1, "f", &err), -1);
	assert_int_equal(err.code, ERR_CORRUPT);
	assert_int_equal(source_parse(&s, b, 0, "f", &err), -1);
	assert_int_equal(source_parse(&s, b, 200, "f", &err), -1);
	b[7] = '1';
	assert_int_equal(source_parse(&s, b, n, "f", &err), -1);
	assert_int_equal(err.code, ERR_UNSUPPORTED);
	b[7] = '3';
	u64(b + 24, UINT64_MAX / 100);
	assert_int_equal(source_parse(&s, b, n, "f", &err), -1);
	u64(b + 24, 2);
	u64(b + 128 + 120 * 2 + 24, UINT64_MAX / 8);
	assert_int_equal(source_parse(&s, b, n, "f", &err), -1);
	free(b);
}

static void
manifest_round(void **state)
{
	struct manifest_entry e[] = {{1, 2, 0, "families/a.json"},
				     {UINT64_MAX, 3, 4, "rrd/l/h/cpu.rrd"}};
	struct manifest m;
	struct err err;
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	manifest_begin(&b, 1700000000);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(manifest_add(&b, &e[i], &err), 0);
	manifest_end(&b, 2);
	assert_int_equal(manifest_parse(&m, b.data, b.len, &err), 0);
	assert_int_equal(m.n_entries, 2);
	assert_int_equal(m.created_s, 1700000000);
	assert_true(manifest_find(&m, "rrd/l/h/cpu.rrd")->sum == UINT64_MAX);
	assert_null(manifest_find(&m, "rrd/l/h/cp"));
	manifest_free(&m);
	/* every single byte counts */
	for (size_t i = 0; i < b.len; i++) {
		b.data[i] ^= 1;
		assert_int_equal(manifest_parse(&m, b.data, b.len, &err), -1);
		b.data[i] ^= 1;
		assert_int_equal(manifest_parse(&m, b.data, i, &err), -1);
	}
	for (size_t i = 0; i < 6; i++) {
		static const char *const bad[] = {"",	  "/etc/x", "../x",
						  "a//b", "a/./b",  "a b"};

		e[0].name = (char *)(uintptr_t)bad[i];
		assert_int_equal(manifest_add(&b, &e[0], &err), -1);
	}
	buf_done(&b);
}

static int
rule(const char *program, const char *name, const char *ds,
     struct import_target *t)
{
	struct import_rules r = {0};
	const char *text = import_rules_of(program);
	int rc;

	if (text == NULL)
		text = program;
	assert_int_equal(import_rules_parse(&r, "t", text, strlen(text), NULL),
			 0);
	rc = import_rules_find(&r, name, ds, t);
	import_rules_free(&r);
	return rc;
}

static void
rules(void **state)
{
	struct import_rules r = {0};
	struct import_target t;
	struct err err;

	(void)state;
	assert_int_equal(rule("collectd", "w.x/cpu-11/cpu-wait", "value", &t),
			 1);
	assert_string_equal(t.host, "w.x");
	assert_string_equal(t.family, "cpu");
	assert_string_equal(t.instance, "11");
	assert_string_equal(t.metric, "iowait");
	near(t.scale, 0.01, 0);
	assert_int_equal(
	    rule("collectd", "h/df-root/df_complex-used", "value", &t), 1);
	assert_string_equal(t.instance, ":");
	assert_int_equal(rule("collectd", "h/curl-a-b/bytes-x y", "value", &t),
			 1);
	assert_string_equal(t.family, "collectd_curl_bytes");
	assert_string_equal(t.instance, "a-b");
	assert_string_equal(t.metric, "x_y");
	assert_int_equal(rule("munin", "g/web-1.org-if_eth0-up-d", "42", &t),
			 1);
	assert_string_equal(t.host, "web-1.org");
	assert_string_equal(t.instance, "eth0");
	assert_string_equal(t.metric, "tx_bytes");
	assert_int_equal(rule("munin", "g/h-x-y-g", "41", &t), 0);
	assert_int_equal(rule("{h}/a * -\n{h}/{x} * f m", "z/a", "q", &t), 0);
	assert_int_equal(
	    rule("{h}/a * -\n{h}/{x} * f.{x} {d}", "z/b", "Q-1", &t), 1);
	assert_string_equal(t.metric, "q_1");
	assert_int_equal(import_rules_parse(&r, "t", "\n# c\na b\n", 9, &err),
			 -1);
	assert_string_equal(err.msg,
			    "t:3: not PATTERN DS TARGET METRIC [SCALE]");
	assert_int_equal(import_rules_parse(&r, "t", "a b c d e", 9, &err), -1);
	assert_int_equal(import_rules_parse(&r, "t", "a b c d 0", 9, &err), -1);
	import_rules_free(&r);
	/* no pattern takes for ever */
	assert_int_equal(
	    rule("{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}! * f m",
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		 "v", &t),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_by_time),
	    cmocka_unit_test(best_archive),
	    cmocka_unit_test(fill_keeps_rows),
	    cmocka_unit_test(fill_collects_progress),
	    cmocka_unit_test(graft_stays_behind),
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(manifest_round),
	    cmocka_unit_test(rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
