/* SPDX-License-Identifier: MIT */
/*
 * robin probe: one program's health as an exit status, for the probes of
 * container runtimes.  Reads and connects; changes nothing.
 */
#include <stdio.h>

#include "cli/alive.h"
#include "cli/cli.h"
#include "core/buf.h"
#include "core/file.h"

static struct program program;
static int64_t timeout_s = 5;

static const struct opt opts[] = {
    PROGRAM_STATE_S(program),
    PROGRAM_CONFIG_C(program),
    {.name = "timeout",
     .letter = 't',
     .type = OPT_INT,
     .arg = "S",
     .value = &timeout_s,
     .min = 1,
     .max = 300,
     .help = "Seconds to wait for an answer"},
};

static const struct opt_command command = {
    .name = "robin probe",
    .synopsis = "[store|collect|pictures|data|site|alert|nginx|all]",
    .brief = "say whether one program still does its work",
    .about =
	"Exits 0 when it does. Without a name it looks which of them is "
	"process 1, as in a container that runs one program.\n"
	"\n"
	"store, pictures and data have to answer; the collectors have to have "
	"stored a sample lately, the site a page and the alert engine a look, "
	"unless the disk is full; "
	"nginx has to answer anything but a failure; all wants /healthz.",
    .exits = "1  it does not",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
    .operands_max = 1,
};

static const struct alive_role *
role_of_first(struct err *err)
{
	const struct alive_role *r = NULL;
	struct buf b;

	buf_init(&b, 65536);
	if (file_read("/proc/1/cmdline", &b, err) == 0) {
		r = alive_of_command(b.data, b.len);
		if (r == NULL)
			(void)err_set(err, ERR_USAGE,
				      "process 1 is none of Robin's programs; "
				      "name one");
	}
	buf_done(&b);
	return r;
}

static int
run(int argc, char **argv)
{
	const struct alive_role *r;
	struct err err = {0};
	int n = cli_start(&program, &command, argc, argv, &err);

	if (n < 0)
		return opt_fail(&command, &err);
	r = n == 1 ? alive_find(argv[1]) : role_of_first(&err);
	if (r == NULL && n == 1)
		(void)err_set(&err, ERR_USAGE, "no such program: %.40s",
			      argv[1]);
	if (r == NULL)
		return opt_fail(&command, &err);
	if (r->check(&program.conf, timeout_s * 1000, &err) != 0) {
		(void)err_prefix(&err, "%s", r->name);
		return opt_fail(&command, &err);
	}
	(void)printf("%s: ok\n", r->name);
	return EXIT_OK;
}

const struct cli_command cmd_probe = {
    "probe", "say whether one program still does its work", run};
