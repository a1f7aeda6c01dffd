/* SPDX-License-Identifier: MIT */
/*
 * The rules that hold without any file, as YAML, and those that families
 * bring along.  A family's own default alert gives the lines of the rule
 * that looks at the same role; one that no rule covers becomes a rule.
 */
#include <stdio.h>
#include <string.h>

#include "alert/rule_read.h"

const char rules_default_text[] =
    "host_silent:\n"
    "  scope: host\n"
    "  condition: silent\n"
    "  critical: 3m\n"
    "  inhibits-host: true\n"
    "  summary: '{host} has been silent for {value}'\n"
    "disk_full:\n"
    "  role: disk_used\n"
    "  warning: 90%\n"
    "  critical: 95%\n"
    "  margin: 1\n"
    "  for: 2m\n"
    "  summary: 'Disk {instance} on {host} is {value} full'\n"
    "disk_will_fill:\n"
    "  role: disk_used\n"
    "  condition: reaches\n"
    "  limit: 95%\n"
    "  warning: 3d\n"
    "  critical: 4h\n"
    "  margin: 1h\n"
    "  for: 30m\n"
    "  keep: 30m\n"
    "  history: 3d\n"
    "  summary: 'Disk {instance} on {host} will be full in {value}'\n"
    "inodes_full:\n"
    "  role: inodes_used\n"
    "  warning: 90%\n"
    "  critical: 95%\n"
    "  margin: 1\n"
    "  for: 2m\n"
    "  summary: 'Disk {instance} on {host} has {value} of its inodes used'\n"
    "memory_full:\n"
    "  role: memory_used\n"
    "  aggregate: average\n"
    "  over: 5m\n"
    "  warning: 90%\n"
    "  critical: 97%\n"
    "  margin: 2\n"
    "  for: 5m\n"
    "  summary: 'Memory on {host} is {value} used'\n"
    "swap_full:\n"
    "  role: swap_used\n"
    "  warning: 60%\n"
    "  critical: 90%\n"
    "  margin: 5\n"
    "  for: 10m\n"
    "  summary: 'Swap on {host} is {value} used'\n"
    "cpu_busy:\n"
    "  role: cpu_used\n"
    "  aggregate: average\n"
    "  over: 10m\n"
    "  warning: 95%\n"
    "  margin: 5\n"
    "  for: 30m\n"
    "  summary: 'CPU on {host} is {value} busy'\n"
    "pressure:\n"
    "  role: pressure\n"
    "  aggregate: average\n"
    "  over: 5m\n"
    "  warning: 40\n"
    "  critical: 80\n"
    "  margin: 10\n"
    "  for: 10m\n"
    "  summary: 'Programs on {host} waited {value} of the time ({instance})'\n"
    "load_unusual:\n"
    "  role: load\n"
    "  condition: unusual\n"
    "  aggregate: average\n"
    "  over: 15m\n"
    "  direction: up\n"
    "  warning: 12\n"
    "  margin: 4\n"
    "  for: 30m\n"
    "  history: 28d\n"
    "  summary: 'Load on {host} is unusual: {reason}'\n"
    "network_errors:\n"
    "  role: network_errors\n"
    "  aggregate: average\n"
    "  over: 5m\n"
    "  warning: 1\n"
    "  for: 10m\n"
    "  keep: 10m\n"
    "  summary: 'Network {instance} on {host}: {value} with errors'\n"
    "temperature:\n"
    "  role: temperature\n"
    "  warning: 85\n"
    "  critical: 95\n"
    "  margin: 5\n"
    "  for: 5m\n"
    "  summary: 'Temperature of {instance} on {host} is {value}'\n"
    "target_down:\n"
    "  role: up\n"
    "  condition: below\n"
    "  critical: 0.5\n"
    "  for: 2m\n"
    "  summary: '{series} does not answer'\n"
    "failures:\n"
    "  role: failures\n"
    "  aggregate: average\n"
    "  over: 5m\n"
    "  warning: 1\n"
    "  for: 10m\n"
    "  keep: 10m\n"
    "  enabled: false\n"
    "  summary: '{series} fails {value}'\n";

int
rules_defaults(struct rules *rs, struct err *err)
{
	struct yaml_tree *y = yaml_tree_read("built-in", rules_default_text,
					     strlen(rules_default_text), err);
	int rc;

	if (y == NULL)
		return -1;
	rc = rules_read(rs, y, yaml_tree_root(y), true, err);
	yaml_tree_free(&y);
	return rc;
}

static bool
is_covered(const struct rules *rs, const struct family *f,
	   const struct family_alert *a)
{
	for (size_t i = 0; i < rs->n; i++) {
		const struct rule *r = &rs->rules[i];

		if (r->condition != RULE_ABOVE)
			continue;
		if (a->role != ROLE_NONE
			? a->role == r->role
			: rule_glob(r->family, f->name) && a->metric != NULL &&
			      strcmp(a->metric, r->metric) == 0)
			return true;
	}
	return false;
}

int
rules_of_family(struct rules *rs, const struct family *f, struct err *err)
{
	for (size_t i = 0; i < f->n_alerts; i++) {
		const struct family_alert *a = &f->alerts[i];
		struct rule r;
		char name[RULE_NAME_MAX + 1];

		if (is_covered(rs, f, a))
			continue;
		(void)snprintf(name, sizeof(name), "%.40s_%.20s", f->name,
			       a->role != ROLE_NONE ? metric_role_name(a->role)
						    : a->metric);
		rule_init(&r, name);
		(void)snprintf(r.family, sizeof(r.family), "%s", f->name);
		rule_set_role(&r, a->role);
		if (a->metric != NULL)
			(void)snprintf(r.metric, sizeof(r.metric), "%s",
				       a->metric);
		r.limits.warning = a->warning;
		r.limits.critical = a->critical;
		r.limits.for_s = a->for_s;
		r.built_in = true;
		(void)snprintf(r.summary, sizeof(r.summary),
			       "%.80s {instance} on {host} is at {value}",
			       f->title != NULL ? f->title : f->name);
		if (rules_find(rs, r.name) == NULL &&
		    rules_add(rs, &r, err) == NULL)
			return -1;
	}
	return 0;
}
