/* SPDX-License-Identifier: MIT */
/* robin token: who may change something over HTTP. */
#include <stdio.h>

#include "core/program.h"
#include "fcgi/command.h"
#include "fcgi/secret.h"

static struct program program;
static bool drop;

static const struct opt opts[] = {
    PROGRAM_STATE_S(program),
    PROGRAM_CONFIG_C(program),
    {.name = "remove",
     .type = OPT_FLAG,
     .value = &drop,
     .help = "Remove the token of that name"},
};

static const struct opt_command command = {
    .name = "robin token",
    .synopsis = "NAME",
    .brief = "make a token for POST requests",
    .about = "Makes a token and writes it to standard output, this once: "
	     "STATE/tokens keeps only its hash. A token of that name stops "
	     "working. What is posted with it carries NAME as its source.\n"
	     "\n"
	     "  curl -H \"Authorization: Bearer $(robin token deploy)\" "
	     "-H 'Content-Type: application/json' -d '{\"title\":\"v1.2\"}' "
	     "http://127.0.0.1:8080/api/v1/annotations",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
    .operands_min = 1,
    .operands_max = 1,
};

static int
work(const char *name, struct err *err)
{
	char token[SECRET_HEX_SIZE];

	if (drop)
		return secret_token_drop(program.state, name, err);
	if (secret_token_make(program.state, name, token, err) != 0)
		return -1;
	(void)puts(token);
	return 0;
}

int
command_token(int argc, char **argv)
{
	struct err err = {0};
	int n = program_start(&program, &command, argc, argv, &err);

	if (n < 0 || work(argv[1], &err) != 0)
		return opt_fail(&command, &err);
	return EXIT_OK;
}
