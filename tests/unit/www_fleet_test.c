/* SPDX-License-Identifier: MIT */
/*
 * Tests of www/fleet.h, vitals, says and tiles: what a snapshot of real
 * stored samples says about hosts.
 */
#include "tests/unit/test.h"

#include <math.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/state.h"
#include "rrd/wal.h"
#include "www/fleet.h"
#include "www/says.h"
#include "www/tiles.h"

#define NOW INT64_C(1700000000)

#define G(n, r)                                                                \
	{                                                                      \
		.name = n, .unit = "bytes", .kind = METRIC_GAUGE, .role = r,   \
		.min = 0, .max = NAN                                           \
	}
#define D(n, r)                                                                \
	{                                                                      \
		.name = n, .unit = "cores", .raw_unit = "seconds",             \
		.kind = METRIC_DDERIVE, .role = r, .min = 0, .max = NAN        \
	}
#define FAMILY(n, t, m, il, tp)                                                \
	{                                                                      \
		.name = n, .title = t, .unit = "x", .help = "h",               \
		.category = "c", .instance_label = il, .step_s = 10,           \
		.heartbeat_s = 60, .total_and_parts = tp, .declared = true,    \
		.lower_limit = 0, .upper_limit = NAN,                          \
		.n_metrics = sizeof(m) / sizeof(m[0]), .metrics = m            \
	}

static const struct metric work_metrics[] = {D("busy", ROLE_CPU_USED),
					     D("idle", ROLE_CPU_FREE)};
static const struct metric room_metrics[] = {G("used", ROLE_DISK_USED),
					     G("free", ROLE_DISK_FREE)};
static const struct metric mem_metrics[] = {G("used", ROLE_MEMORY_USED),
					    G("free", ROLE_MEMORY_FREE)};
static const struct family work =
    FAMILY("work", "Work", work_metrics, "core", true);
static const struct family room =
    FAMILY("room", "Room", room_metrics, "volume", false);
static const struct family mem =
    FAMILY("mem", "Memory", mem_metrics, NULL, false);
static const struct family box =
    FAMILY("abox", "Box", mem_metrics, "box", false);

struct fixture {
	char dir[64];
	struct registry *registry;
	struct wal *wal;
	struct query q;
	struct fleet fleet;
	struct alarms alarms;
};

static int
setup(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));
	const struct family *all[] = {&work, &room, &mem, &box};
	struct err err;

	(void)snprintf(x->dir, sizeof(x->dir), "/tmp/robin-fleet.XXXXXX");
	if (mkdtemp(x->dir) == NULL || state_init(x->dir, &err) != 0)
		return -1;
	x->registry = registry_new(x->dir, &err);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (registry_put(x->registry, all[i], &err) < 0)
			return -1;
	x->wal = wal_open(x->dir, x->registry, &err);
	if (x->wal == NULL || query_open(&x->q, x->dir, &err) != 0)
		return -1;
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *x = *state;
	char command[96];

	fleet_done(&x->fleet);
	alarms_done(&x->alarms);
	query_close(&x->q);
	wal_close(&x->wal);
	registry_free(&x->registry);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", x->dir);
	(void)!system(command);
	free(x);
	return 0;
}

static void
store(struct fixture *x, const char *path, const struct family *f,
      int64_t time_s, double a, double b)
{
	struct value v[2] = {VALUE_OF_F(a), VALUE_OF_F(b)};
	struct path p;
	struct err err;

	assert_int_equal(path_parse(path, strlen(path), &p, &err), 0);
	assert_int_equal(wal_begin(x->wal, &err), 0);
	assert_int_equal(wal_put(x->wal, &p, f, time_s, v, 2, 1, &err),
			 WAL_STORED);
	assert_int_equal(wal_commit(x->wal, &err), 0);
}

static void
look(struct fixture *x)
{
	struct err err = {0};

	if (fleet_read(&x->fleet, &x->q, &x->alarms, NOW, &err) != 0)
		fail_msg("%s", err.msg);
}

static void
sentence_is(struct fixture *x, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	says_sentence(&b, &x->fleet);
	assert_string_equal(b.data, want);
	buf_done(&b);
}

static void
before_any_data_there_are_no_hosts(void **state)
{
	struct fixture *x = *state;

	look(x);
	assert_int_equal(x->fleet.n_hosts, 0);
	sentence_is(x, "No data yet: the first values arrive within a few "
		       "seconds.");
}

static void
vitals_come_from_roles(void **state)
{
	struct fixture *x = *state;
	const struct vitals *v;

	store(x, "local/a/work", &work, NOW - 10, 100, 900);
	store(x, "local/a/work", &work, NOW, 115, 925);
	/* a core is part of the total and counts once */
	store(x, "local/a/work.0", &work, NOW - 10, 0, 0);
	store(x, "local/a/work.0", &work, NOW, 10, 0);
	/* of volumes the fullest, of memories the machine's */
	store(x, "local/a/room.:", &room, NOW, 10, 90);
	store(x, "local/a/room.:data", &room, NOW, 50, 50);
	store(x, "local/a/abox.b1", &box, NOW, 9, 1);
	store(x, "local/a/mem", &mem, NOW, 300, 700);
	look(x);
	assert_int_equal(x->fleet.n_hosts, 1);
	v = &x->fleet.hosts[0].v;
	assert_float_equal(v->cpu.used, 1.5, 1e-9);
	assert_float_equal(v->cpu.ratio, 0.375, 1e-9);
	assert_float_equal(v->disk.ratio, 0.5, 1e-9);
	assert_string_equal(v->disk.from->instance, ":data");
	assert_float_equal(v->memory.ratio, 0.3, 1e-9);
	assert_true(isnan(v->swap.ratio));
	assert_null(v->swap.from);
	assert_true(isnan(v->network_in));
}

static void
a_role_without_a_value_yet_has_its_gauge(void **state)
{
	struct fixture *x = *state;
	struct buf b;

	store(x, "local/a/work", &work, NOW, 100, 900);
	look(x);
	assert_true(isnan(x->fleet.hosts[0].v.cpu.ratio));
	assert_non_null(x->fleet.hosts[0].v.cpu.from);
	buf_init(&b, 65536);
	tiles_put(&b, x->fleet.hosts, x->fleet.n_hosts);
	assert_non_null(strstr(b.data, "data-tile=\"cpu\""));
	assert_null(strstr(b.data, "data-tile=\"disk\""));
	assert_null(strstr(b.data, "nan"));
	buf_done(&b);
}

static void
the_worst_comes_first_and_is_said(void **state)
{
	struct fixture *x = *state;

	store(x, "local/a/room.:", &room, NOW, 10, 90);
	store(x, "local/b/room.:", &room, NOW, 91, 9);
	store(x, "local/c/room.:", &room, NOW, 97, 3);
	store(x, "local/c/room.:var:lib", &room, NOW, 99, 1);
	look(x);
	assert_int_equal(x->fleet.n_hosts, 3);
	assert_string_equal(x->fleet.worst[0]->name, "c");
	assert_string_equal(x->fleet.worst[1]->name, "b");
	assert_string_equal(x->fleet.worst[2]->name, "a");
	assert_int_equal(x->fleet.n_state[HEALTH_CRITICAL], 1);
	assert_int_equal(x->fleet.n_state[HEALTH_WARNING], 1);
	assert_int_equal(x->fleet.n_state[HEALTH_OK], 1);
	sentence_is(
	    x, "Three things need you, first <a href=\"/h/local/c/\">c</a>: "
	       "room /var/lib is 99\xc2\xa0% full.");
}

static void
all_is_well_when_nothing_is_found(void **state)
{
	struct fixture *x = *state;

	store(x, "local/a/room.:", &room, NOW, 10, 90);
	look(x);
	sentence_is(x, "All is well on <a href=\"/h/local/a/\">a</a>.");
	store(x, "local/b/room.:", &room, NOW, 10, 90);
	look(x);
	sentence_is(x, "All is well on all two hosts.");
}

static void
a_silent_host_is_judged_by_its_silence(void **state)
{
	struct fixture *x = *state;

	store(x, "local/a/room.:", &room, NOW - 700, 99, 1);
	look(x);
	assert_true(x->fleet.hosts[0].silent);
	assert_int_equal(x->fleet.hosts[0].state, HEALTH_CRITICAL);
	assert_int_equal(x->fleet.hosts[0].n_total, 1);
	sentence_is(x, "One thing needs you: <a href=\"/h/local/a/\">a</a>, "
		       "no data for 11\xc2\xa0min.");
}

static void
how_bad_silence_is_the_alert_says(void **state)
{
	static const char doc[] =
	    "{\"as_of\":1700000000,\"alerts\":["
	    "{\"state\":\"%s\",\"severity\":\"critical\",\"cluster\":"
	    "\"local\",\"host\":\"a\",\"summary\":\"a is silent\"%s}]}";
	struct fixture *x = *state;
	char text[256];

	store(x, "local/a/room.:", &room, NOW - 200, 10, 90);
	look(x);
	assert_int_equal(x->fleet.hosts[0].state, HEALTH_WARNING);
	for (int i = 0; i < 3; i++) {
		(void)snprintf(text, sizeof(text), doc,
			       i == 0 ? "pending" : "firing",
			       i == 1 ? ",\"silenced\":true" : "");
		alarms_parse(&x->alarms, text, strlen(text), NOW);
		assert_true(x->alarms.alive);
		look(x);
		assert_int_equal(x->fleet.hosts[0].state,
				 i == 2 ? HEALTH_CRITICAL : HEALTH_WARNING);
		assert_int_equal(x->fleet.hosts[0].n_total, 1);
	}
}

static void
a_living_alert_engine_has_the_word(void **state)
{
	static const char doc[] =
	    "{\"v\":1,\"as_of\":1699999990,\"interval\":10,\"alerts\":["
	    "{\"state\":\"firing\",\"severity\":\"critical\",\"cluster\":"
	    "\"local\",\"host\":\"a\",\"series\":\"local/a/room.:\","
	    "\"summary\":\"Disk / on a will be full in 9 h\",\"value\":9},"
	    "{\"state\":\"firing\",\"severity\":\"warning\",\"cluster\":"
	    "\"local\",\"host\":\"b\",\"summary\":\"x\",\"silenced\":true},"
	    "{\"state\":\"pending\",\"cluster\":\"local\",\"host\":\"b\","
	    "\"summary\":\"y\"}]}";
	static const char pending[] =
	    "{\"as_of\":1700000000,\"alerts\":["
	    "{\"state\":\"pending\",\"cluster\":\"local\",\"host\":\"a\","
	    "\"series\":\"local/a/room.:\",\"summary\":\"not a level\"},"
	    "{\"state\":\"pending\",\"cluster\":\"local\",\"host\":\"b\","
	    "\"series\":\"local/b/room.:\",\"summary\":\"a level\"}]}";
	struct fixture *x = *state;

	store(x, "local/a/room.:", &room, NOW, 10, 90);
	store(x, "local/b/room.:", &room, NOW, 99, 1); /* it knows better */
	alarms_parse(&x->alarms, doc, sizeof(doc) - 1, NOW);
	assert_true(x->alarms.alive);
	look(x);
	sentence_is(x, "One thing needs you: <a href=\"/h/local/a/\">a</a>, "
		       "disk / will be full in 9 h.");
	assert_int_equal(x->fleet.hosts[0].series[0].state, HEALTH_CRITICAL);
	assert_int_equal(x->fleet.hosts[1].state, HEALTH_OK);
	/* a pending level is told to who looks, at its own threshold */
	alarms_parse(&x->alarms, pending, sizeof(pending) - 1, NOW);
	look(x);
	sentence_is(x, "One thing needs you: <a href=\"/h/local/b/\">b</a>, "
		       "room / is 99\xc2\xa0% full.");
	/* one that died an hour ago has none */
	alarms_parse(&x->alarms, doc, sizeof(doc) - 1, NOW + 3600);
	assert_false(x->alarms.alive);
	look(x);
	assert_int_equal(x->fleet.hosts[1].state, HEALTH_CRITICAL);
	alarms_parse(&x->alarms, "{\"as_of\":", 9, NOW);
	assert_false(x->alarms.alive);
}

static void
hostile_names_are_escaped_where_they_are_shown(void **state)
{
	struct fixture *x = *state;
	struct buf b;

	store(x, "local/=3cscript=3e/room.=22=3e=3cimg", &room, NOW, 99, 1);
	look(x);
	buf_init(&b, 4096);
	says_sentence(&b, &x->fleet);
	tiles_put(&b, x->fleet.hosts, 1);
	assert_null(strstr(b.data, "<script"));
	assert_null(strstr(b.data, "<img"));
	assert_non_null(strstr(b.data, "&lt;script&gt;"));
	buf_done(&b);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(before_any_data_there_are_no_hosts),
	    T(vitals_come_from_roles),
	    T(a_role_without_a_value_yet_has_its_gauge),
	    T(the_worst_comes_first_and_is_said),
	    T(all_is_well_when_nothing_is_found),
	    T(a_silent_host_is_judged_by_its_silence),
	    T(how_bad_silence_is_the_alert_says),
	    T(a_living_alert_engine_has_the_word),
	    T(hostile_names_are_escaped_where_they_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
