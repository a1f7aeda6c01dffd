/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "alert/group.h"
#include "alert/settings.h"

static const struct route route = {
    .wait_s = 30,
    .interval_s = 300,
    .repeat_s = 3600,
    .n_steps = 2,
    .steps = {{.after_s = 900, .to = 2}, {.after_s = 1800, .to = 4}}};

static void
test_tell(void **state)
{
	static const struct {
		struct tell_input in;
		enum tell want;
	} rows[] = {
	    {{LEVEL_OK, LEVEL_OK, false, false}, TELL_NOTHING},
	    {{LEVEL_WARNING, LEVEL_OK, false, false}, TELL_NEW},
	    {{LEVEL_WARNING, LEVEL_OK, true, false}, TELL_NOTHING},
	    {{LEVEL_CRITICAL, LEVEL_WARNING, false, false}, TELL_NEW},
	    /* an acknowledged warning that becomes critical is news */
	    {{LEVEL_CRITICAL, LEVEL_WARNING, false, true}, TELL_NEW},
	    {{LEVEL_WARNING, LEVEL_WARNING, false, false}, TELL_STANDS},
	    {{LEVEL_WARNING, LEVEL_WARNING, true, false}, TELL_NOTHING},
	    {{LEVEL_WARNING, LEVEL_WARNING, false, true}, TELL_HANDLED},
	    /* lowered: no message of its own */
	    {{LEVEL_WARNING, LEVEL_CRITICAL, false, false}, TELL_STANDS},
	    {{LEVEL_OK, LEVEL_CRITICAL, false, false}, TELL_OVER},
	    {{LEVEL_OK, LEVEL_CRITICAL, true, false}, TELL_NOTHING},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (tell_of(&rows[i].in) != rows[i].want)
			fail_msg("row %zu", i);
}

/* One look: at which second, how many are new, over, standing, handled. */
struct row {
	int at_s, fresh, over, stands, handled;
	enum group_act want;
};

static void
walk(const char *name, const struct row *rows, size_t n)
{
	struct group_state g;

	group_state_init(&g);
	for (size_t i = 0; i < n; i++) {
		struct group_counts c = {{0}};
		enum group_act got;

		c.n[TELL_NEW] = rows[i].fresh;
		c.n[TELL_OVER] = rows[i].over;
		c.n[TELL_STANDS] = rows[i].stands;
		c.n[TELL_HANDLED] = rows[i].handled;
		got = group_step(&g, &route, &c,
				 500000 + rows[i].at_s * INT64_C(1000));
		if (got != rows[i].want)
			fail_msg("%s, at %d s: %d, not %d", name, rows[i].at_s,
				 (int)got, (int)rows[i].want);
	}
}

#define WALK(name, ...)                                                        \
	walk(name, (const struct row[]){__VA_ARGS__},                          \
	     COUNT(((const struct row[]){__VA_ARGS__})))

static void
test_groups(void **state)
{
	WALK("what breaks together is told together",
	     {0, 1, 0, 0, 0, GROUP_WAIT}, {20, 500, 0, 0, 0, GROUP_WAIT},
	     {30, 500, 0, 0, 0, GROUP_SEND}, {40, 0, 0, 500, 0, GROUP_WAIT});
	WALK("later ones at the interval", {0, 1, 0, 0, 0, GROUP_WAIT},
	     {30, 1, 0, 0, 0, GROUP_SEND}, {60, 1, 0, 1, 0, GROUP_WAIT},
	     {329, 2, 0, 1, 0, GROUP_WAIT}, {330, 2, 0, 1, 0, GROUP_SEND});
	WALK("the resolve is told too, then the group is forgotten",
	     {0, 1, 0, 0, 0, GROUP_WAIT}, {30, 1, 0, 0, 0, GROUP_SEND},
	     {100, 0, 1, 0, 0, GROUP_WAIT}, {330, 0, 1, 0, 0, GROUP_SEND},
	     {340, 0, 0, 0, 0, GROUP_WAIT}, {630, 0, 0, 0, 0, GROUP_FORGET});
	WALK("one that went before it was told is never told",
	     {0, 1, 0, 0, 0, GROUP_WAIT}, {10, 0, 0, 0, 0, GROUP_FORGET});
	WALK("repeat and escalation", {0, 1, 0, 0, 0, GROUP_WAIT},
	     {30, 1, 0, 0, 0, GROUP_SEND}, {929, 0, 0, 1, 0, GROUP_WAIT},
	     {930, 0, 0, 1, 0, GROUP_ESCALATE}, {940, 0, 0, 1, 0, GROUP_WAIT},
	     {1830, 0, 0, 1, 0, GROUP_ESCALATE}, {1840, 0, 0, 1, 0, GROUP_WAIT},
	     {3629, 0, 0, 1, 0, GROUP_WAIT}, {3630, 0, 0, 1, 0, GROUP_REPEAT},
	     {3640, 0, 0, 1, 0, GROUP_WAIT}, {7230, 0, 0, 1, 0, GROUP_REPEAT});
	WALK("an acknowledged one neither", {0, 1, 0, 0, 0, GROUP_WAIT},
	     {30, 1, 0, 0, 0, GROUP_SEND}, {60, 0, 0, 0, 1, GROUP_WAIT},
	     {9999, 0, 0, 0, 1, GROUP_WAIT}, {10000, 0, 1, 0, 0, GROUP_WAIT},
	     {10030, 0, 1, 0, 0, GROUP_SEND});
}

static void
test_a_flapping_group_is_a_handful(void **state)
{
	struct group_state g;
	int sent = 0;

	/* new and gone again every 4 s for an hour, told when sent */
	group_state_init(&g);
	for (int at_s = 0; at_s < 3600; at_s += 2) {
		struct group_counts c = {{0}};

		c.n[at_s % 4 == 0 ? TELL_NEW : TELL_OVER] = 1;
		sent += group_step(&g, &route, &c, at_s * INT64_C(1000)) ==
			GROUP_SEND;
	}
	assert_in_range(sent, 1, 12);
}

static const char *
label(void *arg, const char *name)
{
	return strcmp(name, "severity") == 0 ? arg : "x";
}

static const char file[] =
    "interval: 5s\n"
    "routes:\n"
    "  - match: {severity: crit*}\n"
    "    to: [mail, pager]\n"
    "    repeat: 1h\n"
    "    escalate: [{after: 15m, to: hook}]\n"
    "  - to: mail\n"
    "notify: {group-by: rule, wait: 10s}\n"
    "channels:\n"
    "  mail: {type: email, to: 'a@b, c@d', server: 'smtp://127.0.0.1'}\n"
    "  pager: {type: pagerduty, key-file: /etc/robin/pd}\n"
    "  hook: {type: webhook, url: 'http://127.0.0.1/', per-hour: 60}\n"
    "rules:\n"
    "  disk_full: {warning: 70%}\n";

static void
test_settings(void **state)
{
	struct settings s;
	struct err err;
	const struct route *r;

	if (settings_parse(&s, "a.yml", file, sizeof(file) - 1, &err) != 0)
		fail_msg("%s", err.msg);
	assert_int_equal(s.interval_s, 5);
	assert_int_equal(s.n_channels, 3);
	assert_int_equal(s.n_routes, 2);
	r = group_route_find(s.routes, s.n_routes, label, "critical");
	assert_ptr_equal(r, &s.routes[0]);
	assert_int_equal(r->to, 3);
	assert_int_equal(r->wait_s, 10);
	assert_int_equal(r->repeat_s, 3600);
	assert_int_equal(r->n_group_by, 1);
	assert_int_equal(r->steps[0].to, 4);
	r = group_route_find(s.routes, s.n_routes, label, "warning");
	assert_ptr_equal(r, &s.routes[1]);
	assert_int_equal(settings_channel(&s, "hook")->per_hour, 60);
	assert_true(rules_find(&s.rules, "disk_full")->limits.warning == 70);
	settings_done(&s);
	assert_int_equal(settings_parse(&s, "a", "", 0, &err), 0);
	assert_int_equal(s.n_routes, 0);
	assert_true(s.rules.n > 5);
	settings_done(&s);
}

static void
test_wrong_settings(void **state)
{
	static const struct {
		const char *text, *want;
	} bad[] = {
	    {"intervall: 5s\n",
	     "a:1:12: unknown key \"intervall\" (did you mean interval?)"},
	    {"interval: 5\n", "a:1:11: interval: a duration"},
	    {"routes: [{to: x}]\n", "a:1:15: there is no channel \"x\""},
	    {"channels: {m: {type: mail}}\n", "a:1:22: type: email, slack"},
	    {"channels: {m: {to: x}}\n", "a:1:15: m: a channel is a map with"},
	    {"channels: {m: {type: email}}\n", "a:1:15: channel m: to: is m"},
	    {"channels: {m: {type: email, to: 'a@b', x: y}}\n",
	     "a:1:15: channel m: email has no option x"},
	    {"channels: {m: {type: email, to: 'a b@c <d>'}}\n",
	     "a:1:15: channel m: to: \"<d>\""},
	    {"channels: {m: {type: webhook}}\n", "a:1:15: channel m: either"},
	    {"channels: {m: {type: exec, program: sh}}\n",
	     "a:1:15: channel m: program: a full path"},
	    {"rules: []\n", "a:1:8: rules: a map"},
	    {"- 1\n", "a:1:1: \"key: value\" lines"},
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct settings s;
		struct err err;

		assert_int_equal(settings_parse(&s, "a", bad[i].text,
						strlen(bad[i].text), &err),
				 -1);
		assert_int_equal(err.code, ERR_CONFIG);
		if (strncmp(err.msg, bad[i].want, strlen(bad[i].want)) != 0)
			fail_msg("%s\ngot: %s", bad[i].text, err.msg);
	}
}

static void
test_every_notifier_is_complete(void **state)
{
	size_t n = 0;

	for (; notifiers[n] != NULL; n++) {
		assert_non_null(notifiers[n]->name);
		assert_non_null(notifiers[n]->help);
		assert_non_null(notifiers[n]->options);
		assert_non_null(notifiers[n]->send);
	}
	assert_true(n >= 7);
	assert_string_equal(notifier_find("slack")->name, "slack");
	assert_null(notifier_find("nobody"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tell),
	    cmocka_unit_test(test_groups),
	    cmocka_unit_test(test_a_flapping_group_is_a_handful),
	    cmocka_unit_test(test_settings),
	    cmocka_unit_test(test_wrong_settings),
	    cmocka_unit_test(test_every_notifier_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
