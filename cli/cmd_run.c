/* SPDX-License-Identifier: MIT */
/*
 * robin run: the whole stack in the foreground.  It checks what can be wrong,
 * writes nginx's listen line, and keeps store, collectors, FastCGI pools,
 * site and nginx running until it is told to stop.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/nginx.h"
#include "cli/preflight.h"
#include "cli/probe.h"
#include "cli/supervise.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/state.h"

#define SLOW_MS	 15000 /* without a page so long, say that it is late */
#define PROBE_MS 100

static struct program program;
static const char *listen_arg, *nginx_arg;

static const struct opt opts[] = {
    {.name = "listen",
     .letter = 'l',
     .type = OPT_STRING,
     .arg = "ADDR:PORT",
     .value = &listen_arg,
     .help = "Address of the web server; the configuration's by default"},
    PROGRAM_STATE_S(program),
    PROGRAM_CONFIG_C(program),
    {.name = "nginx",
     .type = OPT_STRING,
     .arg = "DIR",
     .value = &nginx_arg,
     .help = "Folder of nginx.conf and its includes instead of the shipped "
	     "one"},
};

static const struct opt_command command = {
    .name = "robin run",
    .brief = "run everything in the foreground",
    .about =
	"Runs the store, the collectors, the FastCGI pools, the site "
	"generator and nginx, and starts again what ends. SIGTERM and SIGINT "
	"stop everything within two seconds. SIGHUP takes a changed "
	"configuration into use, unless it is wrong; SIGUSR1 makes nginx open "
	"its logs anew.\n"
	"\n"
	"Log lines are JSON on standard error. On a terminal a few plain "
	"lines say how far it is, and where the page is.\n"
	"\n"
	"  robin run --state var --listen 127.0.0.1:8080",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
};

/* The programs, in the order in which they are started. */
static const struct {
	const char *name, *program;
	const char *words[3];
	const char *socket; /* below the state folder, for --socket */
	bool optional;	    /* left out where it is not installed */
} programs[] = {
    {.name = "store", .program = "robin-store"},
    {.name = "collectors", .program = "robin-collect"},
    {.name = "pictures",
     .program = "robin-fcgi",
     .words = {"--pool", "pictures"},
     .socket = STATE_GRAPH_SOCK},
    {.name = "data",
     .program = "robin-fcgi",
     .words = {"--pool", "data"},
     .socket = STATE_DATA_SOCK},
    {.name = "site", .program = "robin-site"},
    {.name = "alert", .program = "robin-alert", .optional = true},
};

#define N_PROGRAMS (sizeof(programs) / sizeof(programs[0]))

struct running {
	struct supervisor supervisor;
	char paths[N_PROGRAMS][PATH_MAX], sockets[N_PROGRAMS][PATH_MAX];
	char nginx[PATH_MAX];
	int64_t begun_boot_ms;
	bool said_late;
};

/* A line for people, where one looks. */
static void
say(const char *text)
{
	if (!isatty(STDOUT_FILENO))
		return;
	(void)printf("robin: %s\n", text);
	(void)fflush(stdout);
}

/* Whether both pools accept; asked directly, as nginx logs what it misses. */
static bool
pools_answer(const struct running *r)
{
	for (size_t i = 0; i < N_PROGRAMS; i++)
		if (r->sockets[i][0] != '\0' &&
		    probe_unix(r->sockets[i], NULL) != 0)
			return false;
	return true;
}

/* Says once where the page is, when nginx really serves it. */
static bool
announce(void *arg)
{
	struct running *r = arg;
	int64_t took_ms = clock_boot_ms() - r->begun_boot_ms;
	struct err err = {0};
	char url[80], text[160];

	if (pools_answer(r) &&
	    probe_http(program.conf.listen, "/", PROBE_MS, &err) == 200) {
		probe_url(program.conf.listen, url);
		log_info("ready at %s after %lld ms", url, (long long)took_ms);
		(void)snprintf(text, sizeof(text), "the page is at  %s", url);
		say(text);
		return true;
	}
	if (took_ms > SLOW_MS && !r->said_late) {
		r->said_late = true;
		log_error(&err, "no page yet: see the lines above");
		say("no page yet; the log lines say what is wrong");
	}
	return false;
}

/* A changed configuration is taken only when it is good. */
static bool
check_again(void *arg)
{
	struct conf next;
	struct err err = {0};

	(void)arg;
	if (conf_load(&next, program.config, NULL, &err) != 0) {
		log_error(&err, "the configuration is kept as it was");
		return false;
	}
	log_info("taking the configuration anew");
	return true;
}

static int
add_program(struct running *r, size_t i, const char *folder, struct err *err)
{
	const char *words[SUPERVISE_ARGS] = {NULL};
	size_t n = 0;
	int len = snprintf(r->paths[i], PATH_MAX, "%s/%s", folder,
			   programs[i].program);

	if (len < 0 || len >= PATH_MAX)
		return err_set(err, ERR_TOO_LARGE, "%.60s: name too long",
			       folder);
	if (access(r->paths[i], X_OK) != 0) {
		if (programs[i].optional)
			return 0;
		return err_set(err, ERR_NOT_FOUND,
			       "%s is missing (build or install Robin again)",
			       r->paths[i]);
	}
	words[n++] = r->paths[i];
	for (size_t k = 0; programs[i].words[k] != NULL; k++)
		words[n++] = programs[i].words[k];
	if (programs[i].socket != NULL) {
		if (state_path(program.conf.state, programs[i].socket,
			       r->sockets[i], PATH_MAX, err) != 0)
			return -1;
		words[n++] = "--socket";
		words[n++] = r->sockets[i];
	}
	words[n++] = "--state";
	words[n++] = program.conf.state;
	if (program.config != NULL) {
		words[n++] = "--config";
		words[n++] = program.config;
	}
	return supervise_add(&r->supervisor, programs[i].name, words, err) !=
		       NULL
		   ? 0
		   : -1;
}

static int
add_nginx(struct running *r, struct err *err)
{
	const char *const words[] = {
	    r->nginx, "-p", program.conf.state, "-c", "run/nginx.conf", "-e",
	    "stderr", "-g", "daemon off;",	NULL};
	struct supervised *p;

	if (nginx_find(r->nginx, sizeof(r->nginx), err) != 0 ||
	    nginx_prepare(program.conf.state, program.conf.listen, nginx_arg,
			  err) != 0)
		return -1;
	p = supervise_add(&r->supervisor, "nginx", words, err);
	if (p == NULL)
		return -1;
	p->folder = program.conf.state; /* its sockets are named from there */
	p->foreign = true;
	p->reloads = true;
	return 0;
}

static int
prepare(struct running *r, struct err *err)
{
	char folder[PATH_MAX];
	struct err font = {0};

	if (preflight_state(&program.conf, err) != 0 ||
	    preflight_lock(program.conf.state, err) < 0 ||
	    probe_port(program.conf.listen, err) != 0 ||
	    cli_bin_folder(folder, sizeof(folder), err) != 0)
		return -1;
	if (preflight_fonts(&font) != 0) {
		log_error(&font, "pictures will have no text");
		say(font.msg);
	}
	for (size_t i = 0; i < N_PROGRAMS; i++)
		if (add_program(r, i, folder, err) != 0)
			return -1;
	return add_nginx(r, err);
}

static int
take_options(int argc, char **argv, struct err *err)
{
	char address[CONF_ADDRESS_SIZE];
	uint16_t port;
	int n = cli_start(&program, &command, argc, argv, err);

	if (n < 0 || listen_arg == NULL)
		return n;
	if (conf_listen_parse(listen_arg, address, &port, err) != 0) {
		err->code = ERR_USAGE;
		return err_prefix(err, "--listen");
	}
	(void)snprintf(program.conf.listen, sizeof(program.conf.listen), "%s",
		       listen_arg);
	return 0;
}

static int
run(int argc, char **argv)
{
	static struct running r; /* too large for a stack */
	struct err err = {0};
	int rc;

	log_init("robin", LOG_LEVEL_INFO);
	(void)umask(022);
	rc = take_options(argc, argv, &err);
	r.begun_boot_ms = clock_boot_ms();
	r.supervisor.tick = announce;
	r.supervisor.reload = check_again;
	r.supervisor.arg = &r;
	if (rc != 0 || prepare(&r, &err) != 0)
		return opt_fail(&command, &err);
	say("starting");
	if (supervise_run(&r.supervisor, &err) != 0)
		return opt_fail(&command, &err);
	log_info("stopped");
	say("stopped");
	return EXIT_OK;
}

const struct cli_command cmd_run = {"run", "run everything in the foreground",
				    run};
