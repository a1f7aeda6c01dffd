/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <malloc.h>
#include <math.h>
#include <sys/stat.h>

#include "core/buf.h"
#include "core/family.h"
#include "core/file.h"
#include "core/registry.h"
#include "core/role.h"
#include "core/state.h"

static const struct metric metrics[] = {
    {.name = "used",
     .unit = "bytes",
     .help = "Used \"bytes\"",
     .draw = DRAW_AREA,
     .role = ROLE_DISK_USED,
     .min = 0,
     .max = 1e18},
    {.name = "avail",
     .unit = "bytes",
     .help = "Left",
     .draw = DRAW_STACK,
     .role = ROLE_DISK_FREE,
     .min = 0,
     .max = 1e18},
    {.name = "written",
     .unit = "bytes/s",
     .help = "Written",
     .raw_unit = "bytes",
     .kind = METRIC_DERIVE,
     .min = 0,
     .max = NAN,
     .colour = 3},
};

static const struct family_alert alerts[] = {
    {.role = ROLE_DISK_USED, .warning = 90, .critical = 95, .for_s = 300},
};

static const struct family disk = {
    .name = "disk",
    .title = "Disk <space>",
    .unit = "bytes",
    .help = "Space",
    .category = "disk",
    .instance_label = "mount point",
    .step_s = 60,
    .heartbeat_s = 180,
    .declared = true,
    .lower_limit = 0,
    .upper_limit = NAN,
    .n_metrics = COUNT(metrics),
    .metrics = metrics,
    .lead = 1,
    .n_alerts = COUNT(alerts),
    .alerts = alerts,
};

static char *
as_json(const struct family *f)
{
	struct buf b;
	char *text;

	buf_init(&b, FAMILY_JSON_MAX);
	family_to_json(f, &b);
	text = strdup(b.data);
	buf_done(&b);
	return text;
}

static void
test_json_round_trip(void **state)
{
	struct err err;
	char *one = as_json(&disk), *two;
	struct family *f = family_from_json(one, strlen(one), &err);

	assert_non_null(f);
	two = as_json(f);
	assert_string_equal(one, two);
	assert_true(family_same_schema(&disk, f));
	assert_string_equal(f->metrics[0].help, "Used \"bytes\"");
	assert_true(isnan(f->metrics[2].max));
	assert_int_equal(f->alerts[0].for_s, 300);
	assert_int_equal(family_metric(f, "avail"), 1);
	assert_int_equal(family_metric(f, "nope"), -1);
	family_free(&f);
	assert_null(f);
	free(one);
	free(two);
}

static void
test_limit_out_of_reach_is_none(void **state)
{
	static const char text[] =
	    "{\"name\":\"disk\",\"title\":\"T\",\"metrics\":[{\"name\":"
	    "\"used\",\"kind\":\"derive\",\"draw\":\"area\",\"min\":0,"
	    "\"max\":1e999}]}";
	struct err err;
	struct family *f = family_from_json(text, sizeof(text) - 1, &err);

	assert_non_null(f);
	assert_true(isnan(f->metrics[0].max));
	assert_true(f->metrics[0].min == 0);
	family_free(&f);
}

static void
test_json_is_strict(void **state)
{
	static const char *const bad[] = {
	    "{}",
	    "[]",
	    "null",
	    "{\"name\":\"a\",\"metrics\":[]}",
	    "{\"name\":\"A\",\"metrics\":[{\"name\":\"v\"}]}",
	    "{\"name\":\"a\",\"metrics\":[{\"name\":\"v\"},{\"name\":\"v\"}]}",
	    "{\"name\":\"a\",\"metrics\":[{\"name\":\"v\",\"kind\":\"x\"}]}",
	    "{\"name\":\"a\",\"step\":10,\"heartbeat\":10,"
	    "\"metrics\":[{\"name\":\"v\"}]}",
	    "{\"name\":\"a\",\"step\":1.5,\"metrics\":[{\"name\":\"v\"}]}",
	    "{\"name\":\"a\",\"metrics\":[{\"name\":\"v\",\"kind\":\"derive\"}"
	    "]}",
	    "{\"name\":\"a\",\"lead\":1,\"metrics\":[{\"name\":\"v\"}]}",
	    "{\"name\":\"a\",\"metrics\":[{\"name\":\"../x\"}]}"};
	struct err err;

	for (size_t i = 0; i < COUNT(bad); i++) {
		err = (struct err){0};
		assert_null(family_from_json(bad[i], strlen(bad[i]), &err));
		assert_int_equal(err.code, ERR_INVALID);
	}
}

static void
test_undeclared(void **state)
{
	struct err err;
	struct family *f = family_undeclared("mine", 3, &err);

	assert_non_null(f);
	assert_int_equal(f->n_metrics, 3);
	assert_string_equal(f->metrics[2].name, "v3");
	assert_int_equal(f->step_s, 10);
	assert_int_equal(f->heartbeat_s, 120);
	assert_false(f->declared);
	family_free(&f);
	assert_null(family_undeclared("mine", 0, &err));
	assert_null(family_undeclared("mine", 65, &err));
	assert_null(family_undeclared("Mine", 1, &err));
}

static void
test_ds_names(void **state)
{
	char a[METRIC_DS_SIZE], b[METRIC_DS_SIZE];

	metric_ds_name("nineteen_characters", a);
	assert_string_equal(a, "nineteen_characters");
	metric_ds_name("a_name_of_over_nineteen_1", a);
	metric_ds_name("a_name_of_over_nineteen_2", b);
	assert_int_equal(strlen(a), 19);
	assert_memory_equal(a, "a_name_of_ov_", 13);
	assert_string_not_equal(a, b);
}

static int
count(const struct family *f, void *arg)
{
	(void)f;
	++*(int *)arg;
	return 0;
}

static void
test_registry(void **state)
{
	char dir[64], file[128];
	struct err err;
	struct registry *r;
	const struct family *f, *g;
	struct family changed = disk;
	struct stat before, after;
	int n = 0;

	make_tmp(dir);
	assert_int_equal(state_init(dir, &err), 0);
	r = registry_new(dir, &err);
	assert_non_null(r);
	assert_null(registry_find(r, "disk", &err));
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_null(registry_find(r, "../disk", &err));
	assert_int_equal(registry_put(r, &disk, &err), 1);
	(void)snprintf(file, sizeof(file), "%s/families/disk.json", dir);
	assert_int_equal(stat(file, &before), 0);
	assert_int_equal(registry_put(r, &disk, &err), 0);
	assert_int_equal(stat(file, &after), 0);
	assert_true(before.st_ino == after.st_ino);
	f = registry_find(r, "disk", &err);
	assert_non_null(f);
	changed.title = "Other";
	assert_int_equal(registry_put(r, &changed, &err), 1);
	g = registry_find(r, "disk", &err);
	assert_string_equal(g->title, "Other");
	assert_string_equal(f->title, "Disk <space>"); /* still allocated */
	/* junk beside it is passed over */
	(void)snprintf(file, sizeof(file), "%s/families/junk.json", dir);
	assert_int_equal(file_write(file, "{", 1, 0644, &err), 0);
	assert_int_equal(registry_each(r, count, &n), 0);
	assert_int_equal(n, 1);
	assert_null(registry_find(r, "junk", &err));
	registry_free(&r);
	rm_tree(dir);
}

/* Anybody may ask for any name: none of them stays in memory. */
static void
test_unknown_names_are_forgotten(void **state)
{
	struct registry *r = registry_new("/nonexistent", NULL);
	size_t before;
	char name[32];

	(void)state;
	assert_non_null(r);
	assert_null(registry_find(r, "first", NULL));
	before = mallinfo2().uordblks;
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(name, sizeof(name), "unknown_%d", i);
		assert_null(registry_find(r, name, NULL));
	}
	assert_true(mallinfo2().uordblks <= before + 4096);
	registry_free(&r);
}

static void
test_rates_and_roles(void **state)
{
	const double raw0[] = {10, 90, 1000}, raw1[] = {30, 70, 7000};
	const double back[] = {30, 70, 500};
	double out[3];

	family_rates(&disk, 1000, raw0, 1060, raw1, out);
	assert_true(out[0] == 30 && out[1] == 70 && out[2] == 100);
	assert_true(role_used_ratio(&disk, out, ROLE_DISK_USED) == 0.3);
	assert_true(isnan(role_used_ratio(&disk, out, ROLE_CPU_USED)));
	assert_true(role_in(&disk, ROLE_DISK_FREE));
	assert_false(role_in(&disk, ROLE_CPU_FREE));
	family_rates(&disk, 1000, raw0, 1060, back, out);
	assert_true(isnan(out[2]));
	family_rates(&disk, 1000, raw0, 1181, raw1, out);
	assert_true(isnan(out[2]) && out[0] == 30);
	family_rates(&disk, 1060, raw0, 1060, raw1, out);
	assert_true(isnan(out[2]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_json_round_trip),
	    cmocka_unit_test(test_limit_out_of_reach_is_none),
	    cmocka_unit_test(test_json_is_strict),
	    cmocka_unit_test(test_undeclared),
	    cmocka_unit_test(test_ds_names),
	    cmocka_unit_test(test_registry),
	    cmocka_unit_test(test_unknown_names_are_forgotten),
	    cmocka_unit_test(test_rates_and_roles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
