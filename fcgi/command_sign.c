/* SPDX-License-Identifier: MIT */
/* robin sign: an address of a picture that works without a login. */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/program.h"
#include "core/when.h"
#include "fcgi/command.h"
#include "fcgi/sign.h"

static struct program program;
static const char *expires = "30d";

static const struct opt opts[] = {
    PROGRAM_STATE_S(program),
    PROGRAM_CONFIG_C(program),
    {.name = "expires",
     .letter = 'e',
     .type = OPT_STRING,
     .arg = "DURATION|never",
     .value = &expires,
     .help = "How long the address works"},
};

static const struct opt_command command = {
    .name = "robin sign",
    .synopsis = "URL...",
    .brief = "make an address of a picture that needs no login",
    .about =
	"Writes, for each address of a picture or its numbers, one that is "
	"signed: it works without a login, until it expires, and shows what "
	"the picture shows now, for its times are fixed. The key is "
	"STATE/sign.key, made when there is none; without it all signed "
	"addresses stop working.\n"
	"\n"
	"  robin sign --expires 90d "
	"https://mon.example/g/local/web1/cpu/day.png",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
    .operands_min = 1,
    .operands_max = -1,
};

static int
expiry(int64_t now_s, int64_t *out, struct err *err)
{
	int64_t span_s;

	*out = 0;
	if (strcmp(expires, "never") == 0)
		return 0;
	if (when_duration(expires, strlen(expires), &span_s, err) != 0) {
		err->code = ERR_USAGE;
		return err_prefix(err, "--expires");
	}
	*out = now_s + span_s;
	return 0;
}

static int
sign_all(int n, char **urls, struct err *err)
{
	unsigned char key[SECRET_KEY_BYTES];
	int64_t now_s = clock_wall_s(), expires_s;
	char out[SIGN_SIZE];

	if (expiry(now_s, &expires_s, err) != 0 ||
	    secret_sign_key(program.state, true, key, err) != 0)
		return -1;
	for (int i = 0; i < n; i++) {
		if (sign_url(key, expires_s, urls[i], now_s, out, err) != 0)
			return -1;
		(void)puts(out);
	}
	return 0;
}

int
command_sign(int argc, char **argv)
{
	struct err err = {0};
	int n = program_start(&program, &command, argc, argv, &err);

	if (n < 0 || sign_all(n, argv + 1, &err) != 0)
		return opt_fail(&command, &err);
	return EXIT_OK;
}
