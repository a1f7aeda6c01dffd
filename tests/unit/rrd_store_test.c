/* SPDX-License-Identifier: MIT */
/* From the log into RRD files: rows as rrdtool would have them. */
#include "tests/unit/family.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rrd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/registry.h"
#include "core/state.h"
#include "rrd/archive.h"
#include "rrd/latest.h"
#include "rrd/layout.h"
#include "rrd/migrate.h"
#include "rrd/rrdhead.h"
#include "rrd/store.h"

#define T0   INT64_C(1700000000) /* a multiple of 10 */
#define PATH "local/web1/two"

static char state[64];
static int notes;

static void
note(enum log_level level, const struct err *err, const char *path,
     const char *what)
{
	(void)level;
	(void)err;
	(void)path;
	(void)what;
	notes++;
}

static int
setup(void **s)
{
	struct registry *r;

	(void)s;
	(void)snprintf(state, sizeof(state), "/tmp/robin-store-XXXXXX");
	assert_non_null(mkdtemp(state));
	assert_int_equal(state_init(state, NULL), 0);
	r = registry_new(state, NULL);
	assert_int_equal(registry_put(r, &two, NULL), 1);
	registry_free(&r);
	notes = 0;
	return 0;
}

static int
teardown(void **s)
{
	char cmd[128];

	(void)s;
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", state);
	return system(cmd);
}

/* Appends n samples from t on, 10 s apart: gauge i, counter 10 * i. */
static void
append(int64_t t, int n)
{
	struct err err = {0};
	struct wal *w = wal_open(state, NULL, &err);
	struct path p;

	assert_int_equal(path_parse(PATH, strlen(PATH), &p, NULL), 0);
	assert_int_equal(wal_begin(w, &err), 0);
	for (int i = 0; i < n; i++) {
		struct value v[2] = {VALUE_OF_U((uint64_t)i % 1000),
				     VALUE_OF_U((uint64_t)i * 10)};

		assert_int_equal(
		    wal_put(w, &p, &two, t + 10 * i, v, 2, 1, &err),
		    WAL_STORED);
	}
	assert_int_equal(wal_commit(w, &err), 0);
	wal_close(&w);
}

static void
drain(bool clean)
{
	static struct store s;
	struct err err = {0};

	s.note = note;
	if (store_open(&s, state, &err) != 0 || store_read(&s, &err) != 0 ||
	    store_apply_slice(&s, 0, 1, 0, &err) != 0)
		fail_msg("%s", err.msg);
	if (clean)
		store_clean(&s);
	store_close(&s);
}

static char *
file(void)
{
	static char name[PATH_MAX];

	assert_int_equal(archive_name(state, PATH, name, NULL), 0);
	return name;
}

/* The row that ends at t, of the finest archive. */
static double
row(int64_t t, int ds)
{
	time_t start = t - 10, end = t;
	unsigned long step = 10, n_ds = 0;
	char **names = NULL;
	double *data = NULL, v = NAN;

	assert_int_equal(rrd_fetch_r(file(), "AVERAGE", &start, &end, &step,
				     &n_ds, &names, &data),
			 0);
	assert_int_equal(n_ds, 2);
	for (int i = 0; start + (int64_t)step * (i + 1) <= end; i++)
		if (start + (int64_t)step * (i + 1) == t)
			v = data[(size_t)i * n_ds + (size_t)ds];
	for (unsigned long i = 0; i < n_ds; i++)
		free(names[i]);
	free(names);
	free(data);
	return v;
}

static uint64_t
file_sum(void)
{
	struct buf b;
	uint64_t h = 14695981039346656037u;

	buf_init(&b, 1 << 22);
	assert_int_equal(file_read(file(), &b, NULL), 0);
	for (size_t i = 0; i < b.len; i++)
		h = (h ^ (unsigned char)b.data[i]) * 1099511628211u;
	buf_done(&b);
	return h;
}

static void
applies(void **s)
{
	struct stat st;

	(void)s;
	append(T0, 20);
	drain(true);
	assert_int_equal(stat(file(), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_true(st.st_blocks * 512 >= st.st_size);
	/* the first sample counts */
	assert_true(row(T0, 0) == 0);
	assert_true(row(T0 + 50, 0) == 5);
	assert_true(row(T0 + 190, 0) == 19);
	assert_true(row(T0 + 50, 1) == 1);
	assert_int_equal(notes, 0);
}

/* After a gap the first GAUGE counts, and the gap stays unknown. */
static void
keeps_first_after_gap(void **s)
{
	(void)s;
	append(T0, 5);
	append(T0 + 500, 3);
	drain(true);
	assert_true(row(T0 + 40, 0) == 4);
	assert_true(isnan(row(T0 + 50, 0)));
	assert_true(isnan(row(T0 + 490, 0)));
	assert_true(row(T0 + 500, 0) == 0);
	assert_true(isnan(row(T0 + 500, 1)));
	assert_true(row(T0 + 510, 0) == 1);
}

/* The layout of the file is the text it was made from, to the byte. */
static void
layout_round_trip(void **s)
{
	struct buf want, got;
	struct rrdhead h;

	(void)s;
	append(T0, 1);
	drain(true);
	buf_init(&want, 65536);
	buf_init(&got, 65536);
	assert_int_equal(layout_text(&two, &want, NULL), 0);
	assert_int_equal(rrdhead_load(&h, file(), NULL, NULL), 0);
	rrdhead_layout(&h, &got);
	assert_string_equal(got.data, want.data);
	assert_int_equal(h.file_bytes, layout_bytes(want.data));
	rrdhead_done(&h);
	buf_done(&want);
	buf_done(&got);
}

/* A crash after applying: the same bytes come out of recovery. */
static void
recovers_to_same_bytes(void **s)
{
	static struct store st;
	struct err err = {0};
	uint64_t whole;

	(void)s;
	append(T0, 20);
	drain(true);
	st.note = note;
	assert_int_equal(store_open(&st, state, &err), 0);
	assert_int_equal(store_checkpoint(&st, &err), 0);
	store_close(&st);
	append(T0 + 200, 20);
	drain(true);
	append(T0 + 1000, 20);
	drain(false);
	whole = file_sum();
	/* recovery writes the header of the checkpoint back and replays */
	drain(false);
	assert_true(file_sum() == whole);
	/* even when the volatile header was left half written */
	{
		int fd = open(file(), O_RDWR);
		struct rrdhead h;

		assert_int_equal(rrdhead_load(&h, file(), NULL, NULL), 0);
		assert_int_equal(
		    pwrite(fd, "garbagegarbage", 14, (off_t)h.volatile_at + 16),
		    14);
		rrdhead_done(&h);
		(void)close(fd);
	}
	drain(true);
	assert_true(file_sum() == whole);
	assert_int_equal(notes, 0);
}

/* A file made since the checkpoint is made again, whatever is there. */
static void
remakes_new_files(void **s)
{
	uint64_t whole;

	(void)s;
	append(T0, 20);
	drain(false);
	whole = file_sum();
	assert_int_equal(truncate(file(), 100), 0);
	drain(false);
	assert_true(file_sum() == whole);
	assert_int_equal(unlink(file()), 0);
	drain(false);
	assert_true(file_sum() == whole);
}

/* Damage outside a crash: put aside, made anew, said once. */
static void
quarantines(void **s)
{
	static struct store st;
	struct err err = {0};
	char cmd[PATH_MAX + 64];

	(void)s;
	append(T0, 20);
	drain(true);
	st.note = note;
	assert_int_equal(store_open(&st, state, &err), 0);
	assert_int_equal(store_checkpoint(&st, &err), 0);
	store_clean(&st);
	store_close(&st);
	assert_int_equal(truncate(file(), 100), 0);
	append(T0 + 1000, 3);
	drain(true);
	assert_int_equal(notes, 1);
	assert_true(row(T0 + 1010, 0) == 1);
	(void)snprintf(cmd, sizeof(cmd), "ls '%s'.bad-* >/dev/null", file());
	assert_int_equal(system(cmd), 0);
}

/* Checkpoints give segments back. */
/* A graft that cannot be read is left out, and the series goes on. */
static void
does_without_a_broken_graft(void **s)
{
	struct err err = {0};
	char graft[PATH_MAX], *slash;
	struct buf layout;
	struct wal *w;

	(void)s;
	append(T0, 20);
	drain(true);
	assert_int_equal(migrate_name(state, MIGRATE_GRAFT, PATH, graft, &err),
			 0);
	slash = strrchr(graft, '/');
	*slash = '\0';
	assert_int_equal(file_mkdirs(graft, 0755, &err), 0);
	*slash = '/';
	assert_int_equal(mkdir(graft, 0755), 0);
	buf_init(&layout, 65536);
	assert_int_equal(layout_text(&two, &layout, &err), 0);
	w = wal_open(state, NULL, &err);
	assert_int_equal(wal_begin(w, &err), 0);
	assert_int_equal(wal_note(w, RECORD_REPLACE, T0, PATH, layout.data,
				  layout.len, &err),
			 0);
	assert_int_equal(wal_commit(w, &err), 0);
	wal_close(&w);
	buf_done(&layout);
	drain(true);
	append(T0 + 200, 3);
	drain(true);
	assert_true(row(T0 + 190, 0) == 19);
	assert_true(row(T0 + 220, 0) == 2);
}

static void
recycles(void **s)
{
	static struct store st;
	struct err err = {0};
	struct wal_pos end;
	char name[PATH_MAX];

	(void)s;
	append(T0, 40000);
	append(T0 + 400000, 40000);
	st.note = note;
	assert_int_equal(store_open(&st, state, &err), 0);
	assert_int_equal(store_apply_slice(&st, 0, 1, 0, &err), 0);
	assert_int_equal(store_checkpoint(&st, &err), 0);
	assert_int_equal(wal_end(st.wal, &end, &err), 0);
	assert_true(end.segment > 1);
	store_clean(&st);
	store_close(&st);
	(void)snprintf(name, sizeof(name), "%s/log/00000001.wal", state);
	assert_int_equal(access(name, F_OK), -1);
	drain(true);
	append(T0 + 800000, 3);
	drain(true);
	assert_true(row(T0 + 800010, 0) == 1);
	assert_int_equal(notes, 0);
}

/* Only one writer. */
static void
locks(void **s)
{
	static struct store a, b;
	struct err err = {0};

	(void)s;
	assert_int_equal(store_open(&a, state, &err), 0);
	assert_int_equal(store_open(&b, state, &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	store_close(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(applies, setup, teardown),
	    cmocka_unit_test_setup_teardown(keeps_first_after_gap, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(layout_round_trip, setup, teardown),
	    cmocka_unit_test_setup_teardown(recovers_to_same_bytes, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(remakes_new_files, setup, teardown),
	    cmocka_unit_test_setup_teardown(quarantines, setup, teardown),
	    cmocka_unit_test_setup_teardown(does_without_a_broken_graft, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(recycles, setup, teardown),
	    cmocka_unit_test_setup_teardown(locks, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
