/* SPDX-License-Identifier: MIT */
/* robin token: who may change something over HTTP. */
#include <stdio.h>

#include "core/conf.h"
#include "core/opt.h"
#include "fcgi/command.h"
#include "fcgi/secret.h"

static const char *state, *config;
static bool drop;

static const struct opt opts[] = {
    {.name = "state",
     .letter = 's',
     .type = OPT_STRING,
     .arg = "DIR",
     .value = &state,
     .help = "State folder; the configuration's by default"},
    {.name = "config",
     .letter = 'c',
     .type = OPT_STRING,
     .arg = "FILE",
     .value = &config,
     .help = "Configuration file instead of " CONF_FILE},
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
	static struct conf conf;
	char token[SECRET_HEX_SIZE];
	const char *where;

	if (conf_load(&conf, config, NULL, err) != 0)
		return -1;
	where = state != NULL ? state : conf.state;
	if (drop)
		return secret_token_drop(where, name, err);
	if (secret_token_make(where, name, token, err) != 0)
		return -1;
	(void)puts(token);
	return 0;
}

int
command_token(int argc, char **argv)
{
	struct err err = {0};
	int n = opt_parse(&command, argc, argv, &err);

	if (n == OPT_ANSWERED)
		return EXIT_OK;
	if (n < 0 || work(argv[1], &err) != 0)
		return opt_fail(&command, &err);
	return EXIT_OK;
}
