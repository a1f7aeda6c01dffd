/* SPDX-License-Identifier: MIT */
/*
 * robin-site: writes the pages below STATE/site, once or in a loop.  Comes
 * in: the table of latest values, the registry, the archives (for
 * sparklines), the user's templates and content.  Goes out: HTML, assets and
 * their compressed twins.  It serves nothing itself.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/inotify.h>
#include <poll.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/program.h"
#include "www/site.h"

/* In its first minutes a site learns of hosts and values every moment. */
#define EAGER_MS      120000
#define EAGER_STEP_MS 5000

static struct program program;
static bool once, watch, verbose;
static int64_t now_s;

static const struct opt opts[] = {
    {.name = "state",
     .type = OPT_STRING,
     .arg = "DIR",
     .value = &program.state,
     .help = "The state folder (default: the configuration's)"},
    {.name = "config",
     .type = OPT_STRING,
     .arg = "FILE",
     .value = &program.config,
     .help = "The configuration file"},
    {.name = "once",
     .type = OPT_FLAG,
     .value = &once,
     .help = "Write what changed and exit"},
    {.name = "watch",
     .type = OPT_FLAG,
     .value = &watch,
     .help = "Write again as soon as a template, asset or content file "
	     "changes"},
    {.name = "verbose",
     .letter = 'v',
     .type = OPT_FLAG,
     .value = &verbose,
     .help = "Say what each pass wrote"},
    {.name = "now",
     .type = OPT_INT,
     .arg = "TIME",
     .value = &now_s,
     .min = 0,
     .max = INT64_C(99999999999),
     .hidden = true,
     .help = "The time to write, for tests"},
};

static const struct opt_command command = {
    .name = "robin-site",
    .synopsis = "",
    .brief = "write the pages of the site",
    .about = "Writes the site below STATE/site: plain HTML that works "
	     "without scripts. Files are replaced atomically and only when "
	     "their bytes change. Without --once it writes the overview and "
	     "status each site interval, and the pages of hosts when a host, "
	     "a family or a template changes.\n\n"
	     "The folder \"site\" beside the configuration file may hold "
	     "templates/, assets/, content/*.md and dashboards/*.yml.",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
};

static volatile sig_atomic_t stopping;

static void
stop(int sig)
{
	(void)sig;
	stopping = 1;
}

static int
pass(struct site *s)
{
	struct err err = {0};
	int64_t start_ms = clock_boot_ms();

	if (site_pass(s, &err) != 0) {
		log_error(&err, "the site was not written");
		return err.code == ERR_CONFIG ? EXIT_BAD_CONFIG : EXIT_FAIL;
	}
	if (verbose)
		log_info("%d files written, %d unchanged, %lld ms",
			 s->out.written, s->out.unchanged,
			 (long long)(clock_boot_ms() - start_ms));
	return EXIT_OK;
}

/* Folders whose files make pages; those that do not exist are not watched. */
static int
watch_open(const struct site *s)
{
	static const char *const subs[] = {"templates", "assets", "content",
					   "dashboards"};
	char path[PATH_MAX];
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	for (size_t i = 0; fd >= 0 && i < sizeof(subs) / sizeof(subs[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", s->dir, subs[i]);
		(void)inotify_add_watch(fd, path,
					IN_CLOSE_WRITE | IN_MOVE | IN_DELETE);
	}
	return fd;
}

/* True when something changed before the time was over. */
static bool
wait_change(int fd, int64_t until_ms)
{
	char events[4096];
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int64_t left_ms = until_ms - clock_boot_ms();
	bool changed = false;

	if (fd < 0) {
		(void)clock_sleep_until(until_ms);
		return false;
	}
	if (left_ms > 0)
		(void)poll(&p, 1, (int)left_ms);
	while (read(fd, events, sizeof(events)) > 0)
		changed = true;
	return changed;
}

static void
reload(struct site *s)
{
	struct err err = {0};

	if (site_reload(s, &err) != 0)
		log_error(&err, "kept the templates as they were");
}

static void
loop(struct site *s)
{
	int64_t every_ms = INT64_C(1000) * s->conf.site_interval_s;
	int64_t begun_ms = clock_boot_ms();
	int fd = watch ? watch_open(s) : -1;

	while (!stopping) {
		int64_t start_ms = clock_boot_ms();

		(void)pass(s);
		if (stopping ||
		    !wait_change(fd,
				 start_ms + (start_ms - begun_ms < EAGER_MS &&
						     every_ms > EAGER_STEP_MS
						 ? EAGER_STEP_MS
						 : every_ms)))
			continue;
		reload(s);
	}
	if (fd >= 0)
		(void)close(fd);
}

int
main(int argc, char **argv)
{
	struct sigaction sa = {.sa_handler = stop};
	struct site s;
	struct err err = {0};
	int rc;

	log_init("robin-site", LOG_LEVEL_INFO);
	rc = opt_parse(&command, argc, argv, &err);
	if (rc < 0)
		return program_fail(&err, "cannot start");
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
	if (site_init(&s, program.state, program.config, &err) != 0)
		return program_fail(&err, "cannot start");
	rc = EXIT_OK;
	s.now_s = now_s;
	if (once)
		rc = pass(&s);
	else
		loop(&s);
	site_done(&s);
	return rc;
}
