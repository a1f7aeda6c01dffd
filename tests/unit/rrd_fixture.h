/* SPDX-License-Identifier: MIT */
/*
 * A state folder with a family and RRD files that librrd itself wrote, for
 * tests of the read side that need no log and no writer.
 */
#ifndef TESTS_UNIT_RRD_FIXTURE_H
#define TESTS_UNIT_RRD_FIXTURE_H

#include "tests/unit/test.h"

#include <math.h>
#include <rrd.h>

#include "core/buf.h"
#include "core/family.h"
#include "core/file.h"
#include "core/registry.h"
#include "rrd/layout.h"

#define FIXTURE_ARGS_MAX 256

/* One sample's value of a metric. */
typedef double fixture_value(size_t metric, int64_t t_s, void *arg);

static inline void
fixture_family(const char *state, const struct family *f)
{
	struct err err = {0};
	struct registry *r = registry_new(state, &err);
	char folder[256];

	(void)snprintf(folder, sizeof folder, "%s/families", state);
	assert_int_equal(file_mkdirs(folder, 0755, &err), 0);
	if (family_check(f, &err) != 0 || registry_put(r, f, &err) < 0)
		fail_msg("%s", err.msg);
	registry_free(&r);
}

/* Splits the layout text into librrd's arguments, without "step=N". */
static inline int
fixture_args(char *text, const char *args[FIXTURE_ARGS_MAX])
{
	int n = 0;

	for (char *p = strchr(text, ' '); p != NULL; p = strchr(p, ' ')) {
		*p++ = '\0';
		args[n++] = p;
	}
	return n;
}

/* Creates STATE/rrd/PATH.rrd and feeds it every step_s in (from_s, to_s]. */
static inline void
fixture_series(const char *state, const struct family *f, const char *path,
	       int64_t from_s, int64_t to_s, fixture_value *value, void *arg)
{
	const char *args[FIXTURE_ARGS_MAX];
	char name[512], *slash;
	struct err err = {0};
	struct buf layout, line;
	int n;

	(void)snprintf(name, sizeof name, "%s/rrd/%s.rrd", state, path);
	slash = strrchr(name, '/');
	*slash = '\0';
	assert_int_equal(file_mkdirs(name, 0755, &err), 0);
	*slash = '/';
	buf_init(&layout, 65536);
	if (layout_text(f, &layout, &err) != 0)
		fail_msg("%s", err.msg);
	n = fixture_args(layout.data, args);
	if (rrd_create_r(name, (unsigned long)f->step_s, from_s, n, args) != 0)
		fail_msg("%s", rrd_get_error());
	buf_init(&line, 65536);
	for (int64_t t = from_s + f->step_s; t <= to_s; t += f->step_s) {
		const char *arg1;

		buf_reset(&line);
		buf_i64(&line, t);
		for (size_t m = 0; m < f->n_metrics; m++) {
			double v = value(m, t, arg);

			buf_char(&line, ':');
			if (isnan(v))
				buf_char(&line, 'U');
			else if (f->metrics[m].kind == METRIC_DERIVE)
				buf_i64(&line, (int64_t)v);
			else
				buf_double(&line, v);
		}
		arg1 = line.data;
		if (rrd_update_r(name, NULL, 1, &arg1) != 0)
			fail_msg("%s", rrd_get_error());
	}
	buf_done(&line);
	buf_done(&layout);
}

#endif
