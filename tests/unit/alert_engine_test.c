/* SPDX-License-Identifier: MIT */
/* The engine over a real state folder, with clocks that the test moves. */
#include "tests/unit/test.h"

#include <math.h>

#include "alert/engine.h"
#include "alert/foreign.h"
#include "alert/keep.h"
#include "alert/tell.h"
#include "core/clock.h"
#include "core/state.h"
#include "events/outbox.h"
#include "rrd/wal.h"

static const struct metric metrics[] = {
    {.name = "used",
     .unit = "bytes",
     .kind = METRIC_GAUGE,
     .role = ROLE_DISK_USED,
     .min = 0,
     .max = NAN},
    {.name = "free",
     .unit = "bytes",
     .kind = METRIC_GAUGE,
     .role = ROLE_DISK_FREE,
     .min = 0,
     .max = NAN},
};
static const struct family disk = {.name = "disk",
				   .title = "Disk",
				   .unit = "bytes",
				   .help = "x",
				   .category = "disk",
				   .step_s = 10,
				   .heartbeat_s = 120,
				   .lower_limit = NAN,
				   .upper_limit = NAN,
				   .declared = true,
				   .n_metrics = 2,
				   .metrics = metrics};

static const char file[] =
    "channels:\n"
    "  hook: {type: webhook, url: 'http://127.0.0.1:1/'}\n"
    "notify: {wait: 20s, interval: 60s}\n"
    "rules:\n"
    "  disk_full: {for: 30s, warning: 80%, critical: 95%}\n"
    "  disk_will_fill: {enabled: false}\n";

/* A world whose clocks stand until the test moves them. */
struct world {
	char dir[64];
	struct registry *registry;
	struct wal *wal;
	struct query query;
	struct settings settings;
	struct engine engine;
	struct groups groups;
	struct events *db;
	int64_t boot_ms, wall_s, sample_s, n_queued;
};

static struct world w;

static int
setup(void **state)
{
	struct err err;

	memset(&w, 0, sizeof(w));
	make_tmp(w.dir);
	assert_int_equal(state_init(w.dir, &err), 0);
	w.registry = registry_new(w.dir, &err);
	assert_true(registry_put(w.registry, &disk, &err) >= 0);
	w.wal = wal_open(w.dir, w.registry, &err);
	assert_non_null(w.wal);
	assert_int_equal(query_open(&w.query, w.dir, &err), 0);
	w.query.no_drain = true;
	if (settings_parse(&w.settings, "f", file, sizeof(file) - 1, &err) != 0)
		fail_msg("%s", err.msg);
	w.db = events_open(w.dir, &err);
	assert_non_null(w.db);
	engine_init(&w.engine, &w.settings, &w.query);
	w.boot_ms = 1000000;
	w.sample_s = w.wall_s = clock_wall_s() - 40000;
	return 0;
}

static int
teardown(void **state)
{
	engine_done(&w.engine);
	groups_done(&w.groups);
	events_close(&w.db);
	settings_done(&w.settings);
	query_close(&w.query);
	wal_close(&w.wal);
	registry_free(&w.registry);
	rm_tree(w.dir);
	return 0;
}

static void
put(const char *text, double used)
{
	struct value v[2] = {VALUE_OF_F(used), VALUE_OF_F(100 - used)};
	struct path p;
	struct err err = {0};

	assert_int_equal(path_parse(text, strlen(text), &p, &err), 0);
	assert_int_equal(wal_begin(w.wal, &err), 0);
	assert_int_equal(wal_put(w.wal, &p, &disk, w.sample_s, v, 2, 1, &err),
			 WAL_STORED);
	assert_int_equal(wal_commit(w.wal, &err), 0);
}

/* Time goes on by s seconds, and everything is looked at. */
static void
look_after(int64_t s)
{
	struct err err = {0};

	w.boot_ms += s * 1000;
	w.wall_s += s;
	w.sample_s += s;
	if (engine_build(&w.engine, w.boot_ms, &err) != 0 ||
	    engine_look(&w.engine, w.boot_ms, w.wall_s, &err) != 0)
		fail_msg("%s", err.msg);
	assert_int_equal(events_begin(w.db, &err), 0);
	if (tell_all(&w.engine, &w.groups, w.db, w.boot_ms, w.wall_s,
		     &w.n_queued, &err) != 0 ||
	    keep_store(&w.engine, &w.groups, w.db, w.wall_s, &err) != 0)
		fail_msg("%s", err.msg);
	assert_int_equal(events_commit(w.db, &err), 0);
	keep_clean(&w.engine, &w.groups);
}

static struct alert *
find(const char *rule, const char *path)
{
	char fp[FINGERPRINT_SIZE];
	struct alert *a;

	alert_fingerprint(rule, path, fp);
	a = engine_find(&w.engine, fp);
	assert_non_null(a);
	return a;
}

/* Looked for each time: a rebuild moves it. */
#define DISK_FULL find("disk_full", "local/web1/disk.:")

static void
test_a_value_becomes_a_message(void **state)
{
	put("local/web1/disk.:", 50);
	look_after(10);
	assert_int_equal(DISK_FULL->state.phase, ALERT_IDLE);
	assert_true(fabs(DISK_FULL->value - 50) < 1e-9);
	put("local/web1/disk.:", 90);
	look_after(10);
	assert_int_equal(DISK_FULL->state.phase, ALERT_PENDING);
	for (int i = 0; i < 3; i++)
		look_after(10);
	assert_int_equal(DISK_FULL->state.phase, ALERT_FIRING);
	assert_int_equal(w.n_queued, 0); /* the group waits */
	look_after(10);
	look_after(10);
	assert_int_equal(w.n_queued, 1);
	assert_int_equal(DISK_FULL->told, LEVEL_WARNING);
	for (int i = 0; i < 60; i++) {
		put("local/web1/disk.:", 90);
		look_after(10);
	}
	assert_int_equal(w.n_queued, 1);
}

/* Percent of a pair, where the curve of its first half has them. */
static void
test_lines_in_the_curves_unit(void **state)
{
	static struct message_alert m;

	put("local/web1/disk.:", 90);
	look_after(10);
	alert_describe(&w.engine, DISK_FULL, &m);
	assert_true(fabs(m.line[LEVEL_WARNING] - 80) < 1e-9);
	assert_true(fabs(m.line[LEVEL_CRITICAL] - 95) < 1e-9);
	alert_describe(&w.engine, find("host_silent", "local/web1"), &m);
	assert_true(m.line[LEVEL_WARNING] == 0);
	assert_true(m.line[LEVEL_CRITICAL] == 0);
}

static void
test_a_restart_remembers(void **state)
{
	struct err err;

	put("local/web1/disk.:", 90);
	for (int i = 0; i < 8; i++)
		look_after(10);
	assert_int_equal(w.n_queued, 1);
	engine_done(&w.engine);
	groups_done(&w.groups);
	engine_init(&w.engine, &w.settings, &w.query);
	assert_int_equal(keep_load(&w.engine, &w.groups, w.db, w.boot_ms, &err),
			 0);
	look_after(10);
	assert_int_equal(DISK_FULL->state.phase, ALERT_FIRING);
	assert_int_equal(DISK_FULL->told, LEVEL_WARNING);
	assert_int_equal(w.n_queued, 1);
	put("local/web1/disk.:", 10);
	for (int i = 0; i < 12; i++)
		look_after(10);
	assert_int_equal(DISK_FULL->state.phase, ALERT_IDLE);
	assert_int_equal(w.n_queued, 2);
	assert_int_equal(DISK_FULL->told, LEVEL_OK);
}

static void
hear(const char *json)
{
	static struct message_alert m;
	cJSON *doc = cJSON_Parse(json);

	assert_non_null(doc);
	assert_int_equal(
	    foreign_take(&w.engine, "prom", doc, w.boot_ms, w.wall_s, &m),
	    FOREIGN_HEARD);
	cJSON_Delete(doc);
}

static struct alert *
heard(void)
{
	for (size_t i = 0; i < w.engine.n_alerts; i++)
		if (w.engine.alerts[i].heard.is)
			return &w.engine.alerts[i];
	return NULL;
}

#define SLOW                                                                   \
	"{\"labels\":{\"alertname\":\"Slow\",\"severity\":\"critical\","       \
	"\"instance\":\"web1:9100\"}"

static int
found(const char *key, const char *json, void *arg)
{
	return strstr(json, "Slow") != NULL;
}

/* Looks at a host that is alive and well. */
static void
look_on(int n)
{
	for (int i = 0; i < n; i++) {
		put("local/web1/disk.:", 10);
		look_after(10);
	}
}

/* Over rebuilds and a restart; in the end nothing of it is left. */
static void
test_an_alert_of_others(void **state)
{
	struct err err;

	put("local/web1/disk.:", 10);
	look_after(10);
	hear(SLOW "}");
	look_on(4);
	assert_int_equal(heard()->state.phase, ALERT_FIRING);
	assert_string_equal(alert_label(heard(), "host"), "web1");
	assert_string_equal(alert_label(heard(), "source"), "prom");
	assert_int_equal(w.n_queued, 1);
	engine_done(&w.engine);
	groups_done(&w.groups);
	engine_init(&w.engine, &w.settings, &w.query);
	assert_int_equal(keep_load(&w.engine, &w.groups, w.db, w.boot_ms, &err),
			 0);
	hear(SLOW "}");
	look_on(12);
	assert_int_equal(heard()->state.phase, ALERT_FIRING);
	assert_int_equal(w.n_queued, 1);
	hear(SLOW ",\"resolved\":true}");
	look_on(12);
	assert_int_equal(w.n_queued, 2);
	look_on(200);
	assert_null(heard());
	assert_int_equal(events_record_each(w.db, "alert", found, NULL, &err),
			 0);
}

/* It came and went between two looks: history has it all the same. */
static void
test_a_brief_alert_of_others(void **state)
{
	put("local/web1/disk.:", 10);
	look_after(10);
	hear(SLOW "}");
	hear(SLOW ",\"resolved\":true}");
	look_after(10);
	assert_int_equal(heard()->change, ALERT_FIRED);
	look_after(10);
	assert_int_equal(heard()->change, ALERT_RESOLVED);
	look_after(10);
	assert_int_equal(heard()->change, ALERT_SAME);
	/* one that nobody had heard of fires no more */
	hear(SLOW ",\"resolved\":true}");
	look_after(10);
	assert_int_equal(heard()->change, ALERT_SAME);
}

/* A sample that was old when robin-alert came up is no news. */
static void
test_old_samples_fire_nothing(void **state)
{
	put("local/web1/disk.:", 90);
	w.wall_s += 3600;
	for (int i = 0; i < 10; i++)
		look_after(10);
	assert_int_equal(find("disk_full", "local/web1/disk.:")->state.phase,
			 ALERT_IDLE);
	w.wall_s -= 3600;
	for (int i = 0; i < 5; i++) {
		put("local/web1/disk.:", 90);
		look_after(10);
	}
	assert_int_equal(find("disk_full", "local/web1/disk.:")->state.phase,
			 ALERT_FIRING);
}

/* Nobody takes it back: it ends by itself. */
static void
test_others_fall_silent(void **state)
{
	put("local/web1/disk.:", 10);
	look_after(10);
	hear(SLOW "}");
	look_after(10);
	assert_int_equal(heard()->state.phase, ALERT_FIRING);
	look_after(w.settings.inbound_stale_s);
	look_after(10);
	assert_int_equal(heard()->state.phase, ALERT_IDLE);
	assert_int_equal(heard()->change, ALERT_SAME);
	assert_string_equal(heard()->snapshot->reason,
			    "nothing was heard of it any more");
}

static void
restart(void)
{
	struct err err;

	engine_done(&w.engine);
	groups_done(&w.groups);
	engine_init(&w.engine, &w.settings, &w.query);
	assert_int_equal(keep_load(&w.engine, &w.groups, w.db, w.boot_ms, &err),
			 0);
}

/* Neither makes a restart a silent host young, nor one that falls silent. */
static void
test_silence_outlives_restarts(void **state)
{
	put("local/web1/disk.:", 10);
	for (int i = 0; i < 40; i++) {
		if (i % 7 == 6)
			restart();
		look_after(10);
	}
	assert_int_equal(find("host_silent", "local/web1")->state.phase,
			 ALERT_FIRING);
	assert_int_equal(w.n_queued, 1);
	restart();
	look_after(10);
	assert_int_equal(find("host_silent", "local/web1")->state.phase,
			 ALERT_FIRING);
	put("local/web1/disk.:", 10);
	for (int i = 0; i < 8; i++)
		look_after(10);
	assert_int_equal(find("host_silent", "local/web1")->state.phase,
			 ALERT_IDLE);
	assert_int_equal(w.n_queued, 2);
}

static int
count_firing(void)
{
	int n = 0;

	for (size_t i = 0; i < w.engine.n_alerts; i++)
		n += w.engine.alerts[i].state.phase == ALERT_FIRING;
	return n;
}

static void
put_hosts(double used)
{
	char path[64];

	for (int i = 0; i < 20; i++) {
		(void)snprintf(path, sizeof(path), "local/h%02d/disk.:", i);
		put(path, used);
	}
}

static void
test_silence_is_noticed(void **state)
{
	put_hosts(10);
	for (int i = 0; i < 17; i++)
		look_after(10);
	assert_int_equal(count_firing(), 0);
	look_after(10);
	look_after(10);
	assert_int_equal(count_firing(), 20);
	for (int i = 0; i < 3; i++)
		look_after(10);
	assert_int_equal(w.n_queued, 1); /* twenty hosts, one message */
	put_hosts(10);
	look_after(10);
	assert_int_equal(count_firing(), 0);
}

static void
test_a_suspend_is_no_storm(void **state)
{
	put_hosts(10);
	look_after(10);
	look_after(7200); /* boot time goes on over a suspend */
	assert_int_equal(count_firing(), 0);
	for (int i = 0; i < 10; i++)
		look_after(10);
	assert_int_equal(count_firing(), 0);
	/* but who stays silent afterwards is noticed */
	for (int i = 0; i < 12; i++)
		look_after(10);
	assert_int_equal(count_firing(), 20);
}

static void
test_a_clock_that_jumps_is_no_storm(void **state)
{
	static const int64_t jumps_s[] = {660,	      -3600,	   315360000,
					  -315360000, -1795000000, 540};

	put_hosts(10);
	look_after(10);
	for (size_t i = 0; i < COUNT(jumps_s); i++) {
		w.wall_s += jumps_s[i];
		put_hosts(10);
		look_after(10);
		look_after(10);
		assert_int_equal(count_firing(), 0);
	}
	assert_int_equal(w.n_queued, 0);
	/* nor does a jump end what is wrong */
	put_hosts(90);
	for (int i = 0; i < 8; i++)
		look_after(10);
	assert_int_equal(count_firing(), 20);
	w.wall_s += 315360000;
	look_after(10);
	assert_int_equal(count_firing(), 20);
}

static void
test_a_clock_set_back_makes_nobody_silent(void **state)
{
	put_hosts(10);
	look_after(10);
	w.wall_s -= 3600; /* what is measured now is too old to be stored */
	for (int i = 0; i < 300; i++) {
		look_after(10);
		assert_int_equal(count_firing(), 0);
	}
	/* and who stays silent afterwards is noticed */
	for (int i = 0; i < 60 + 12; i++)
		look_after(10);
	assert_int_equal(count_firing(), 0);
	for (int i = 0; i < 10; i++)
		look_after(10);
	assert_int_equal(count_firing(), 20);
}

static void
test_a_host_that_is_down_speaks_alone(void **state)
{
	put("local/web1/disk.:", 90);
	for (int i = 0; i < 8; i++)
		look_after(10);
	assert_int_equal(w.n_queued, 1);
	/* it dies; its disk's alert neither speaks nor expires */
	for (int i = 0; i < 30; i++)
		look_after(10);
	assert_int_equal(find("host_silent", "local/web1")->state.phase,
			 ALERT_FIRING);
	assert_int_equal(w.n_queued, 2);
	assert_true(DISK_FULL->inhibited);
	for (int i = 0; i < 400; i++)
		look_after(10);
	assert_int_equal(DISK_FULL->state.phase, ALERT_FIRING);
	assert_int_equal(w.n_queued, 2);
	/* it comes back: now its end is told, and the disk's */
	for (int i = 0; i < 10; i++) {
		put("local/web1/disk.:", 10);
		look_after(10);
	}
	assert_int_equal(w.n_queued, 4);
	assert_int_equal(DISK_FULL->told, LEVEL_OK);
}

static void
test_a_series_that_ends_expires(void **state)
{
	put("local/web1/disk.:", 90);
	put("local/web1/disk.:mnt", 10);
	for (int i = 0; i < 8; i++)
		look_after(10);
	assert_int_equal(w.n_queued, 1);
	/* unmounted: the host goes on, this series does not */
	for (int i = 0; i < 380; i++) {
		put("local/web1/disk.:mnt", 10);
		look_after(10);
	}
	assert_int_equal(DISK_FULL->state.phase, ALERT_IDLE);
	assert_int_equal(w.n_queued, 2);
}

static void
test_what_is_gone_is_over(void **state)
{
	static const char off[] = "channels:\n"
				  "  hook: {type: webhook, url: "
				  "'http://127.0.0.1:1/'}\n"
				  "notify: {wait: 0, interval: 10s}\n"
				  "rules: {disk_full: {enabled: false}}\n";
	struct err err;

	put("local/web1/disk.:", 90);
	for (int i = 0; i < 8; i++)
		look_after(10);
	assert_int_equal(w.n_queued, 1);
	/* the operator switches the rule off: people are told that it ended */
	engine_done(&w.engine);
	groups_done(&w.groups);
	settings_done(&w.settings);
	assert_int_equal(
	    settings_parse(&w.settings, "f", off, sizeof(off) - 1, &err), 0);
	engine_init(&w.engine, &w.settings, &w.query);
	assert_int_equal(keep_load(&w.engine, &w.groups, w.db, w.boot_ms, &err),
			 0);
	put("local/web1/disk.:", 91);
	look_after(10);
	look_after(10);
	look_after(10);
	assert_int_equal(w.n_queued, 2);
	assert_int_equal(count_firing(), 0);
}

static void
test_labels(void **state)
{
	struct message_alert m;
	struct alert *a;

	put("local/web1/disk.:var:lib", 90);
	for (int i = 0; i < 5; i++)
		look_after(10);
	a = find("disk_full", "local/web1/disk.:var:lib");
	assert_string_equal(alert_label(a, "host"), "web1");
	assert_string_equal(alert_label(a, "family"), "disk");
	assert_string_equal(alert_label(a, "instance"), ":var:lib");
	assert_string_equal(alert_label(a, "severity"), "warning");
	assert_string_equal(alert_label(a, "no_such"), "");
	alert_describe(&w.engine, a, &m);
	assert_string_equal(m.summary, "Disk /var/lib on web1 is 90.0 % full");
	assert_string_equal(m.value, "90.0 %");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_value_becomes_a_message),
	    TEST(test_lines_in_the_curves_unit),
	    TEST(test_a_restart_remembers),
	    TEST(test_an_alert_of_others),
	    TEST(test_a_brief_alert_of_others),
	    TEST(test_old_samples_fire_nothing),
	    TEST(test_others_fall_silent),
	    TEST(test_silence_outlives_restarts),
	    TEST(test_silence_is_noticed),
	    TEST(test_a_suspend_is_no_storm),
	    TEST(test_a_clock_that_jumps_is_no_storm),
	    TEST(test_a_clock_set_back_makes_nobody_silent),
	    TEST(test_a_host_that_is_down_speaks_alone),
	    TEST(test_a_series_that_ends_expires),
	    TEST(test_what_is_gone_is_over),
	    TEST(test_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
