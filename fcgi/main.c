/* SPDX-License-Identifier: MIT */
/*
 * robin-fcgi: HTTP requests in, pictures and data out.  Three ways to run:
 * a prefork pool on its own unix socket (--socket), the same on a socket that
 * a process manager opened as standard input, or one plain CGI request.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/program.h"
#include "core/state.h"
#include "fcgi/command.h"
#include "fcgi/io_cgi.h"
#include "fcgi/io_fcgi.h"
#include "fcgi/jail.h"
#include "fcgi/pool.h"
#include "rrd/graph.h"

#include <fcgiapp.h>
#include <fcntl.h>

#define BACKLOG		  128
#define PICTURES_REQUESTS 2000 /* librrd and cairo grow a little each */
#define DATA_REQUESTS	  50000
#define PICTURES_NICE	  10 /* numbers and health come first */

static struct {
	struct program program;
	const char *pool, *socket;
	int64_t workers, requests;
} set;

static const struct opt opts[] = {
    {.name = "state",
     .type = OPT_STRING,
     .arg = "DIR",
     .help = "state folder",
     .value = &set.program.state},
    {.name = "config",
     .type = OPT_STRING,
     .arg = "FILE",
     .help = "configuration file",
     .value = &set.program.config},
    {.name = "pool",
     .type = OPT_STRING,
     .arg = "pictures|data",
     .help = "which requests to answer; both when left out",
     .value = &set.pool},
    {.name = "socket",
     .type = OPT_STRING,
     .arg = "PATH",
     .help = "unix socket to listen on (its folder must exist)",
     .value = &set.socket},
    {.name = "workers",
     .type = OPT_INT,
     .arg = "N",
     .help = "worker processes; 0 takes the configuration's number",
     .value = &set.workers,
     .min = 0,
     .max = POOL_WORKERS_MAX},
    {.name = "requests",
     .type = OPT_INT,
     .arg = "N",
     .help = "requests a worker answers before it is replaced; 0: "
	     "2000 for pictures, 50000 for data",
     .value = &set.requests,
     .min = 0,
     .max = 1000000000},
};

static const struct opt_command command = {
    .name = "robin-fcgi",
    .synopsis = "",
    .brief = "answer HTTP requests with pictures and data",
    .about = "Without --socket, a listening socket on standard input is "
	     "served (as spawn-fcgi gives it); otherwise, when started "
	     "by a web server as CGI, one request is answered.  The "
	     "variables ROBIN_STATE and ROBIN_CONFIG stand in for "
	     "--state and --config there.",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
};

static int
choose_pools(struct serve *s, const char **name, struct err *err)
{
	s->pools = POOL_ANY;
	*name = "all";
	if (set.pool == NULL)
		return 0;
	for (int p = 0; p < POOL__MAX; p++) {
		if (strcmp(set.pool, pool_name((enum pool)p)) != 0)
			continue;
		s->pools = POOL_BIT(p);
		*name = pool_name((enum pool)p);
		return 0;
	}
	return err_set(err, ERR_USAGE, "--pool is pictures or data, not %s",
		       set.pool);
}

static int
serve_pool(struct serve *s, const char *name, int fd, struct err *err)
{
	bool pictures = (s->pools & POOL_BIT(POOL_PICTURES)) != 0;
	struct pool_plan plan = {.serve = s, .listen_fd = fd};

	plan.workers = set.workers > 0 ? (int)set.workers
		       : pictures      ? s->conf->graph_workers
				       : s->conf->data_workers;
	plan.requests = set.requests > 0 ? (unsigned)set.requests
			: pictures	 ? PICTURES_REQUESTS
					 : DATA_REQUESTS;
	/* a storm of pictures leaves the processor to the other pool */
	plan.nice = pictures && s->pools != POOL_ANY ? PICTURES_NICE : 0;
	s->stats = stats_make(s->state, name, err);
	if (s->stats == NULL)
		return -1;
	/* fonts are looked up once, here; the workers inherit them */
	if (pictures && graph_warm(err) != 0)
		return -1;
	log_info("pool %s: %d workers", name, plan.workers);
	return pool_run(&plan);
}

static int
serve_socket(struct serve *s, const char *name, struct err *err)
{
	int fd = pool_listen(set.socket, BACKLOG, err), rc;

	if (fd < 0)
		return -1;
	rc = serve_pool(s, name, fd, err);
	(void)unlink(set.socket);
	return rc;
}

static int
serve_inherited(struct serve *s, const char *name, struct err *err)
{
	int flags = fcntl(0, F_GETFL);

	if (flags < 0 || fcntl(0, F_SETFL, flags | O_NONBLOCK) != 0)
		return err_set(err, ERR_IO, "standard input is not a socket");
	return serve_pool(s, name, 0, err);
}

static int
serve_once(struct serve *s, struct err *err)
{
	int rc;

	s->stats = stats_make(NULL, NULL, err);
	if (s->stats == NULL || serve_init(s, err) != 0 ||
	    jail_enter(s->state, err) != 0)
		return -1;
	rc = serve_answer(s, io_cgi());
	serve_done(s);
	return rc == 0 ? EXIT_OK : EXIT_FAIL;
}

/* The folder's absolute name: workers and relative paths do not mix. */
static int
choose_state(struct serve *s, struct err *err)
{
	s->state = realpath(set.program.state, NULL);
	if (s->state == NULL)
		return err_set(
		    err, ERR_NOT_FOUND,
		    "%s: there is no such state folder (robin run makes it)",
		    set.program.state);
	return 0;
}

static int
run(struct serve *s, struct err *err)
{
	const char *name;

	if (choose_pools(s, &name, err) != 0 ||
	    program_load(&set.program, err) != 0 || choose_state(s, err) != 0)
		return -1;
	s->conf = &set.program.conf;
	if (set.socket != NULL)
		return serve_socket(s, name, err);
	if (!FCGX_IsCGI())
		return serve_inherited(s, name, err);
	if (getenv("GATEWAY_INTERFACE") != NULL)
		return serve_once(s, err);
	return err_set(
	    err, ERR_USAGE,
	    "nothing to serve: give --socket PATH, or run it as CGI");
}

static const struct program_word commands[] = {
    {"sign", command_sign},
    {"token", command_token},
};

int
main(int argc, char **argv)
{
	static struct serve serve;
	struct err err = {0};
	int rc;

	if (program_word(commands, sizeof(commands) / sizeof(commands[0]), argc,
			 argv, &rc))
		return rc;
	log_init("robin-fcgi", LOG_LEVEL_INFO);
	set.program.state = getenv("ROBIN_STATE");
	set.program.config = getenv("ROBIN_CONFIG");
	rc = opt_parse(&command, argc, argv, &err);
	if (rc >= 0)
		rc = run(&serve, &err);
	if (rc >= 0)
		return rc;
	return err.code == ERR_USAGE ? opt_fail(&command, &err)
				     : program_fail(&err, "cannot serve");
}
