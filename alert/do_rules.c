/* SPDX-License-Identifier: MIT */
/* robin alert rules: the rules that hold, and what can be written. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alert/command.h"
#include "alert/notify.h"
#include "alert/rule_read.h"
#include "alert/settings.h"
#include "core/buf.h"

static void
print_line(double v)
{
	if (isnan(v))
		(void)printf("%8s", "-");
	else
		(void)printf("%8.6g", v);
}

static int
print_rules(const struct common *c, struct err *err)
{
	struct settings *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return err_set(err, ERR_NOMEM, "out of memory");
	if (settings_load(s, c->rules, err) != 0) {
		free(s);
		return -1;
	}
	(void)printf("%-20s %-9s %-16s %8s %8s %6s\n", "rule", "condition",
		     "of", "warning", "critical", "for");
	for (size_t i = 0; i < s->rules.n; i++) {
		const struct rule *r = &s->rules.rules[i];

		(void)printf("%-20s %-9s %-16s ", r->name,
			     rule_condition_name(r->condition),
			     r->role != ROLE_NONE    ? metric_role_name(r->role)
			     : r->scope == RULE_HOST ? "host"
						     : r->family);
		print_line(r->limits.warning);
		(void)putchar(' ');
		print_line(r->limits.critical);
		(void)printf(" %5ds%s\n", (int)r->limits.for_s,
			     r->limits.enabled ? "" : "  off");
	}
	settings_done(s);
	free(s);
	return 0;
}

static void
print_docs(void)
{
	struct buf b;

	buf_init(&b, 65536);
	rules_docs(&b);
	for (size_t i = 0; notifiers[i] != NULL; i++) {
		const struct notifier *n = notifiers[i];

		buf_fmt(&b, "\n### `type: %s`: %s\n\n| option | |\n|---|---|\n",
			n->name, n->help);
		for (const struct notify_option *o = n->options;
		     o->name != NULL; o++)
			buf_fmt(&b, "| `%s`%s | %s |\n", o->name,
				o->required ? " (required)" : "", o->help);
	}
	(void)fputs(b.data, stdout);
	buf_done(&b);
}

int
do_rules(int argc, char **argv)
{
	static struct common c;
	bool defaults = false, docs = false;
	const struct opt opts[] = {
	    COMMON_OPTS(&c),
	    {.name = "defaults",
	     .type = OPT_FLAG,
	     .help = "The built-in rules as YAML",
	     .value = &defaults},
	    {.name = "docs",
	     .type = OPT_FLAG,
	     .help = "All keys and channel options as Markdown",
	     .value = &docs},
	};
	const struct opt_command cmd = {
	    .name = "robin alert rules",
	    .synopsis = "",
	    .brief = "the rules that hold",
	    .about = "Built-in rules and those of the alert file.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	};
	struct err err = {0};
	int n = opt_parse(&cmd, argc, argv, &err);

	if (n < 0)
		return opt_fail(&cmd, &err);
	if (defaults)
		(void)fputs(rules_default_text, stdout);
	if (docs)
		print_docs();
	if (!defaults && !docs &&
	    (common_load(&c, &err) != 0 || print_rules(&c, &err) != 0))
		return opt_fail(&cmd, &err);
	return EXIT_OK;
}
