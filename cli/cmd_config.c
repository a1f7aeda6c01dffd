/* SPDX-License-Identifier: MIT */
/* robin config: check, show and document what the option table holds. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "core/buf.h"

#define TEXT_MAX (1024 * 1024)

static struct program program;
static bool effective;

static const struct opt opts[] = {
    PROGRAM_CONFIG_C(program),
    {.name = "effective",
     .type = OPT_FLAG,
     .value = &effective,
     .help = "With show: every option, not only what differs from its "
	     "default"},
};

static const struct opt_command command = {
    .name = "robin config",
    .synopsis = "check|show|docs|example",
    .brief = "check, show or explain the configuration",
    .about =
	"check reads the configuration file and the conf.d folder beside it "
	"and writes every problem with file, line and column. show writes "
	"what they amount to, as YAML that reads back the same. docs writes "
	"a table of all options, example a file to start from.\n"
	"\n"
	"Without --config the file is " CONF_FILE "; there need not be one.",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
    .operands_min = 1,
    .operands_max = 1,
};

static void
print(const struct buf *text)
{
	(void)fwrite(text->data, 1, text->len, stdout);
	(void)fflush(stdout);
}

static int
check(struct err *err)
{
	struct buf all;
	int rc;

	buf_init(&all, TEXT_MAX);
	rc = conf_load(&program.conf, program.config, &all, err);
	if (rc == 0)
		(void)printf("the configuration is good\n");
	else
		(void)fputs(all.data, stderr);
	buf_done(&all);
	return rc == 0 ? EXIT_OK : err_exit_status(err->code);
}

static int
show(struct err *err)
{
	struct buf text;

	if (conf_load(&program.conf, program.config, NULL, err) != 0)
		return opt_fail(&command, err);
	buf_init(&text, TEXT_MAX);
	if (effective)
		conf_show(&program.conf, &text);
	else
		conf_show_changes(&program.conf, &text);
	if (text.len == 0)
		buf_str(&text, "# nothing differs from its default\n");
	print(&text);
	buf_done(&text);
	return EXIT_OK;
}

static int
docs(struct err *err)
{
	struct buf text;

	(void)err;
	buf_init(&text, TEXT_MAX);
	conf_docs(&text);
	print(&text);
	buf_done(&text);
	return EXIT_OK;
}

static int
example(struct err *err)
{
	struct buf text;

	(void)err;
	buf_init(&text, TEXT_MAX);
	conf_example(&text);
	print(&text);
	buf_done(&text);
	return EXIT_OK;
}

static const struct {
	const char *name;
	int (*run)(struct err *err);
} verbs[] = {
    {"check", check}, {"show", show}, {"docs", docs}, {"example", example}};

static int
run(int argc, char **argv)
{
	struct err err = {0};
	int n = opt_parse(&command, argc, argv, &err);

	for (size_t i = 0; n > 0 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(&err);
	if (n > 0)
		(void)err_set(&err, ERR_USAGE,
			      "%.60s: neither check, show, docs nor example",
			      argv[1]);
	return opt_fail(&command, &err);
}

const struct cli_command cmd_config = {
    "config", "check, show or explain the configuration", run};
