/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <math.h>

#include "alert/rule_read.h"
#include "core/buf.h"

static const struct metric disk_metrics[] = {
    {.name = "used",
     .unit = "bytes",
     .role = ROLE_DISK_USED,
     .min = 0,
     .max = NAN},
    {.name = "free",
     .unit = "bytes",
     .role = ROLE_DISK_FREE,
     .min = 0,
     .max = NAN},
    {.name = "errors", .unit = "errors/s", .min = 0, .max = NAN},
};
static const struct family_alert disk_alerts[] = {
    {.role = ROLE_DISK_USED, .warning = 80, .critical = 85, .for_s = 60},
    {.metric = "errors", .warning = 1, .critical = 5, .for_s = 30},
};
static const struct family disk = {.name = "disk",
				   .title = "Disk space",
				   .n_metrics = 3,
				   .metrics = disk_metrics,
				   .n_alerts = 2,
				   .alerts = disk_alerts};
static const struct family cpu = {.name = "cpu",
				  .total_and_parts = true,
				  .n_metrics = 1,
				  .metrics = disk_metrics};

static struct path
path(const char *text)
{
	struct path p;
	struct err err;

	assert_int_equal(path_parse(text, strlen(text), &p, &err), 0);
	return p;
}

static int
read_text(struct rules *rs, const char *text, struct err *err)
{
	struct yaml_tree *y = yaml_tree_read("r.yml", text, strlen(text), err);
	int rc;

	assert_non_null(y);
	rc = rules_read(rs, y, yaml_tree_root(y), false, err);
	yaml_tree_free(&y);
	return rc;
}

static void
test_glob(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool want;
	} rows[] = {
	    {"web1", "web1", true},
	    {"web1", "web11", false},
	    {"web*", "web11", true},
	    {"*", "", true},
	    {"", "", true},
	    {"", "a", false},
	    {"a*b*c", "aXbYbZc", true},
	    {"a*b*c", "aXbYbZ", false},
	    {"w?b", "web", true},
	    {"w?b", "wb", false},
	    {"db*|web*", "web1", true},
	    {"db*|web*", "x1", false},
	    {"***a", "bbba", true},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rule_glob(rows[i].pattern, rows[i].text) != rows[i].want)
			fail_msg("%s ~ %s", rows[i].pattern, rows[i].text);
	/* no exponential time */
	assert_false(rule_glob("*a*a*a*a*a*a*a*a*a*a*a*a*b",
			       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void
test_defaults_stand(void **state)
{
	struct rules rs = {0};
	struct err err;
	const struct rule *r;

	if (rules_defaults(&rs, &err) != 0)
		fail_msg("%s", err.msg);
	r = rules_find(&rs, "disk_full");
	assert_non_null(r);
	assert_true(r->share && r->built_in && r->family_limits);
	r = rules_find(&rs, "host_silent");
	assert_int_equal(r->scope, RULE_HOST);
	assert_true(r->inhibits_host);
	assert_true(r->limits.critical == 180);
	assert_true(isnan(r->limits.warning));
	rules_done(&rs);
}

static void
test_a_file_changes_a_built_in_rule(void **state)
{
	struct rules rs = {0};
	struct err err;
	struct path p = path("local/web1/disk.:"),
		    db = path("local/db1/disk.:");
	const struct rule *r;
	struct rule_limits l;
	size_t n;

	assert_int_equal(rules_defaults(&rs, &err), 0);
	n = rs.n;
	/* the family's own lines hold until a file states others */
	l = rule_limits_of(rules_find(&rs, "disk_full"), &p, &disk);
	assert_true(l.warning == 80 && l.critical == 85 && l.for_s == 60);
	assert_int_equal(
	    read_text(&rs,
		      "disk_full:\n  warning: 70%\n  labels: {team: storage}\n"
		      "  overrides:\n"
		      "    - {where: 'db*', warning: 50%, for: 10m}\n"
		      "    - {where: local/db1, enabled: false}\n"
		      "mine:\n  family: disk\n  metric: errors\n  warning: 2\n",
		      &err),
	    0);
	assert_int_equal(rs.n, n + 1);
	r = rules_find(&rs, "disk_full");
	l = rule_limits_of(r, &p, &disk);
	assert_true(l.enabled && l.warning == 70 && l.critical == 95);
	assert_int_equal(l.for_s, 120);
	l = rule_limits_of(r, &db, &disk);
	assert_true(!l.enabled && l.warning == 50 && l.critical == 95);
	assert_int_equal(l.for_s, 600);
	assert_string_equal(r->labels[0].value, "storage");
	rules_done(&rs);
}

static void
test_families_bring_rules(void **state)
{
	struct rules rs = {0};
	struct err err;
	size_t n;
	const struct rule *r;

	assert_int_equal(rules_defaults(&rs, &err), 0);
	n = rs.n;
	assert_int_equal(rules_of_family(&rs, &disk, &err), 0);
	assert_int_equal(rs.n, n + 1); /* the role is covered, errors not */
	r = rules_find(&rs, "disk_errors");
	assert_non_null(r);
	assert_int_equal(r->limits.for_s, 30);
	assert_int_equal(rules_of_family(&rs, &disk, &err), 0);
	assert_int_equal(rs.n, n + 1);
	rules_done(&rs);
}

static void
test_matching(void **state)
{
	struct rule r;
	struct path p = path("local/web1/disk.:"),
		    total = path("local/web1/cpu"),
		    core = path("local/web1/cpu.0");

	rule_init(&r, "x");
	rule_set_role(&r, ROLE_DISK_USED);
	assert_true(rule_matches(&r, &p, &disk));
	assert_true(rule_matches(&r, &total, &cpu));
	assert_false(rule_matches(&r, &core, &cpu));
	r.parts = RULE_PARTS;
	assert_false(rule_matches(&r, &total, &cpu));
	assert_true(rule_matches(&r, &core, &cpu));
	rule_set_role(&r, ROLE_LOAD);
	assert_false(rule_matches(&r, &p, &disk));
	rule_set_role(&r, ROLE_DISK_USED);
	(void)snprintf(r.where, sizeof(r.where), "local/*/disk.:|other");
	assert_true(rule_matches(&r, &p, &disk));
	(void)snprintf(r.except, sizeof(r.except), "web*");
	assert_false(rule_matches(&r, &p, &disk));
}

static void
test_values(void **state)
{
	double rates[] = {30, 70, 5}, unknown[] = {NAN, 70, 5};
	struct rule r;

	rule_init(&r, "x");
	rule_set_role(&r, ROLE_DISK_USED);
	assert_true(fabs(rule_value(&r, &disk, rates) - 30) < 1e-9);
	assert_true(isnan(rule_value(&r, &disk, unknown)));
	assert_string_equal(rule_unit(&r, &disk), "%");
	rule_set_role(&r, ROLE_NONE);
	(void)snprintf(r.metric, sizeof(r.metric), "errors");
	assert_true(rule_value(&r, &disk, rates) == 5);
	assert_string_equal(rule_unit(&r, &disk), "errors/s");
	(void)snprintf(r.per, sizeof(r.per), "used");
	assert_true(fabs(rule_value(&r, &disk, rates) - 100.0 / 6) < 1e-9);
	rates[0] = 0;
	assert_true(isnan(rule_value(&r, &disk, rates)));
}

static void
test_levels_and_hysteresis(void **state)
{
	struct rule r;

	rule_init(&r, "x");
	r.limits.warning = 85;
	r.limits.critical = 95;
	r.limits.margin = 2;
	assert_int_equal(rule_level(&r, &r.limits, 84.9, LEVEL_OK), LEVEL_OK);
	assert_int_equal(rule_level(&r, &r.limits, 85, LEVEL_OK),
			 LEVEL_WARNING);
	assert_int_equal(rule_level(&r, &r.limits, 83.5, LEVEL_WARNING),
			 LEVEL_WARNING);
	assert_int_equal(rule_level(&r, &r.limits, 82.9, LEVEL_WARNING),
			 LEVEL_OK);
	assert_int_equal(rule_level(&r, &r.limits, 93.5, LEVEL_CRITICAL),
			 LEVEL_CRITICAL);
	assert_int_equal(rule_level(&r, &r.limits, 93.5, LEVEL_WARNING),
			 LEVEL_WARNING);
	r.condition = RULE_BELOW;
	r.limits.warning = NAN;
	r.limits.critical = 0.5;
	r.limits.margin = 0;
	assert_int_equal(rule_level(&r, &r.limits, 0, LEVEL_OK),
			 LEVEL_CRITICAL);
	assert_int_equal(rule_level(&r, &r.limits, 1, LEVEL_CRITICAL),
			 LEVEL_OK);
	r.condition = RULE_UNUSUAL;
	r.limits.critical = 6;
	r.direction = RULE_BOTH;
	assert_int_equal(rule_level(&r, &r.limits, -7, LEVEL_OK),
			 LEVEL_CRITICAL);
	r.direction = RULE_UP;
	assert_int_equal(rule_level(&r, &r.limits, -7, LEVEL_OK), LEVEL_OK);
}

static void
test_hours(void **state)
{
	struct rule_hours h = {0};

	assert_true(rule_hours_on(&h, 6, 0));
	assert_int_equal(rule_hours_parse("Mon-Fri 08:00-18:00", &h), 0);
	assert_true(rule_hours_on(&h, 0, 480));
	assert_false(rule_hours_on(&h, 0, 1080));
	assert_false(rule_hours_on(&h, 5, 600));
	assert_int_equal(rule_hours_parse("Fri 22:00-06:00", &h), 0);
	assert_true(rule_hours_on(&h, 4, 1400));
	assert_true(rule_hours_on(&h, 5, 100)); /* Friday's night */
	assert_false(rule_hours_on(&h, 4, 100));
	assert_int_equal(rule_hours_parse("Sat-Sun", &h), 0);
	assert_true(rule_hours_on(&h, 6, 1439));
	assert_int_equal(rule_hours_parse("08:00-20:00", &h), 0);
	assert_true(rule_hours_on(&h, 6, 480));
	assert_int_equal(rule_hours_parse("always", &h), 0);
	assert_int_equal(h.days, 0);
	assert_int_equal(rule_hours_parse("Mon-Fri 8-18", &h), -1);
	assert_int_equal(rule_hours_parse("Mon 25:00-26:00", &h), -1);
	assert_int_equal(rule_hours_parse("Mon 08:00-08:00", &h), -1);
}

static void
test_wrong_files(void **state)
{
	static const struct {
		const char *text, *want;
	} bad[] = {
	    {"x:\n  wraning: 5\n", "r.yml:2:12: unknown key \"wraning\" (did "
				   "you mean warning?)"},
	    {"x:\n  role: disk_used\n", "r.yml:2:3: warning: or critical: is"},
	    {"x:\n  warning: 5\n", "r.yml:2:3: role: or family: is missing"},
	    {"x:\n  role: nothing\n", "r.yml:2:9: role: the name of a role"},
	    {"x:\n  role: load\n  warning: 5\n  critical: 4\n",
	     "r.yml:2:3: critical: comes before"},
	    {"x:\n  role: load\n  warning: lots\n", "r.yml:3:12: warning: a n"},
	    {"x:\n  role: load\n  warning: 5\n  for: 5\n", "r.yml:4:8: for: a"},
	    {"x:\n  condition: over\n", "r.yml:2:14: condition: one of above,"},
	    {"X y:\n  role: load\n", "r.yml:2:3: a rule's name"},
	    {"x: 5\n", "r.yml:1:4: a rule is a map"},
	    {"x:\n  role: load\n  condition: reaches\n  warning: 3d\n",
	     "r.yml:2:3: condition reaches needs limit:"},
	    {"x:\n  role: load\n  warning: 1\n  overrides:\n  - warning: 2\n",
	     "r.yml:5:5: an override needs where:"},
	    {"x:\n  role: load\n  warning: 1\n  overrides:\n"
	     "  - {where: a, summary: b}\n",
	     "r.yml:5:25: \"summary\" cannot be overridden"},
	    {"x:\n  scope: host\n  warning: 1\n", "r.yml:2:3: scope host goes"},
	    {"x:\n  role: load\n  warning: 1e999\n", "r.yml:3:12: warning: a"},
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct rules rs = {0};
		struct err err;

		assert_int_equal(read_text(&rs, bad[i].text, &err), -1);
		assert_int_equal(err.code, ERR_CONFIG);
		if (strncmp(err.msg, bad[i].want, strlen(bad[i].want)) != 0)
			fail_msg("%s\ngot: %s", bad[i].text, err.msg);
		rules_done(&rs);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_glob),
	    cmocka_unit_test(test_defaults_stand),
	    cmocka_unit_test(test_a_file_changes_a_built_in_rule),
	    cmocka_unit_test(test_families_bring_rules),
	    cmocka_unit_test(test_matching),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_levels_and_hysteresis),
	    cmocka_unit_test(test_hours),
	    cmocka_unit_test(test_wrong_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
