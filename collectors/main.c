/* SPDX-License-Identifier: MIT */
/*
 * robin-collect: runs the collectors and appends their samples to the log.
 * `--once` is one pass (cron); without it, it keeps the schedule itself.
 * It does not link librrd: robin-store alone writes RRD files.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "collectors/child.h"
#include "collectors/rights.h"
#include "collectors/list.h"
#include "collectors/print.h"
#include "collectors/sched.h"
#include "collectors/sibling.h"
#include "collectors/stats.h"
#include "core/log.h"
#include "core/program.h"
#include "core/registry.h"
#include "core/state.h"
#include "rrd/drain.h"
#include "rrd/wal.h"

#define LOCK_NAME "run/collect.lock"

static struct program program;

static struct {
	const char *root;
	bool once, list, json, print;
} arg = {.root = "/"};

static const struct opt opts[] = {
    {.name = "state",
     .letter = 's',
     .type = OPT_STRING,
     .arg = "DIR",
     .help = "State folder (default: the configuration's)",
     .value = &program.state},
    {.name = "config",
     .letter = 'c',
     .type = OPT_STRING,
     .arg = "FILE",
     .help = "Configuration file",
     .value = &program.config},
    {.name = "once",
     .letter = '1',
     .type = OPT_FLAG,
     .help = "Do one pass and exit, as cron wants it",
     .value = &arg.once},
    {.name = "print",
     .letter = 'p',
     .type = OPT_FLAG,
     .help = "Do one pass, print the samples and store nothing",
     .value = &arg.print},
    {.name = "dry-run",
     .type = OPT_FLAG,
     .help = "The same as --print",
     .value = &arg.print,
     .hidden = true},
    {.name = "list",
     .letter = 'l',
     .type = OPT_FLAG,
     .help = "List the collectors and whether this machine has their source",
     .value = &arg.list},
    {.name = "json",
     .type = OPT_FLAG,
     .help = "With --list: as JSON, with every family",
     .value = &arg.json},
    {.name = "root",
     .type = OPT_STRING,
     .arg = "DIR",
     .help = "Read proc and sys below this folder",
     .value = &arg.root},
};

static const struct opt_command command = {
    .name = "robin-collect",
    .synopsis = "[NAME...]",
    .brief = "measure this machine and log the samples",
    .about =
	"Without --once it runs until it is told to stop: each collector at "
	"its own step, aligned to the clock.  NAME limits it to these "
	"collectors.\n"
	"With --once it does one pass, and has the samples written to the "
	"archives when no robin-store runs that would do it.  A crontab line:\n"
	"  * * * * * robin-collect --once\n"
	"A printed sample is a line PATH TIME V1:V2..., U where a value is "
	"not known: what `robin put` reads.",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
    .operands_max = -1,
};

/* What store and report need to know. */
struct pass {
	struct plan plan;
	struct registry *registry;
	struct wal *wal;
	bool store_failed; /* said so already */
	/* of the batch in hand */
	uint64_t stored, refused;
	struct err err;
};

/* Makes sure that readers know the family of a sample. */
static int
enrol(const struct sample *s, void *arg_)
{
	struct pass *pr = arg_;
	struct plan_family *f = plan_family(&pr->plan, s->family);

	if (f == NULL || f->registered)
		return 0;
	if (registry_put(pr->registry, &f->real, &pr->err) < 0)
		return -1;
	f->registered = true;
	return 0;
}

/* One sample into the open log batch. */
static int
append(const struct sample *s, void *arg_)
{
	struct pass *pr = arg_;
	struct plan_family *f = plan_family(&pr->plan, s->family);
	enum wal_verdict v;
	struct path path;

	if (f == NULL)
		return 0;
	print_path(&program.conf, s, &path);
	v = wal_put(pr->wal, &path, &f->real, s->time_s, s->values,
		    s->family->n_metrics, 0, &pr->err);
	if (v == WAL_FAILED)
		return -1;
	if (v == WAL_STORED)
		pr->stored++;
	else
		pr->refused++;
	return 0;
}

/* A batch into the log; families first, so the lock is held shortly. */
static int
append_all(struct pass *pr, const struct batch *b)
{
	pr->stored = pr->refused = 0;
	if (batch_each(b, enrol, pr) != 0 || wal_begin(pr->wal, &pr->err) != 0)
		return -1;
	if (batch_each(b, append, pr) == 0)
		return wal_commit(pr->wal, &pr->err);
	wal_abort(pr->wal);
	return -1;
}

static int
store(struct batch *b, void *arg_)
{
	struct pass *pr = arg_;
	int rc = append_all(pr, b);

	if (rc == 0) {
		collect_stats.stored += pr->stored;
		collect_stats.refused += pr->refused;
		if (pr->store_failed)
			log_info("the log takes samples again");
	} else if (!pr->store_failed) {
		log_error(&pr->err, "samples wait until the log takes them");
	}
	pr->store_failed = rc != 0;
	return rc;
}

static void
report(const struct job *j, const struct err *err, void *arg_)
{
	(void)arg_;
	if (err != NULL)
		log_line(LOG_LEVEL_WARN, err, NULL, "collector %s",
			 j->collector->name);
	else
		log_info("collector %s works again", j->collector->name);
}

static int
fail(const struct err *err)
{
	return program_fail(err, "robin-collect");
}

static int
print(const struct sample *s, void *arg_)
{
	(void)arg_;
	print_sample(&program.conf, s);
	return 0;
}

static int
print_batch(struct batch *b, void *arg_)
{
	return batch_each(b, print, arg_);
}

/* One collector pass at a time writes a state folder. */
static int
take_lock(struct err *err)
{
	char path[PATH_MAX];
	int fd;

	if (state_path(program.state, LOCK_NAME, path, sizeof(path), err) != 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", path);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		int saved = errno;

		(void)close(fd);
		if (saved == EWOULDBLOCK)
			return err_set(err, ERR_BUSY,
				       "%s: another robin-collect is running",
				       program.state);
		return err_sys(err, saved, "%s: lock", path);
	}
	child_private(fd);
	return fd; /* held until exit */
}

static int
open_store(struct pass *pr, struct err *err)
{
	if (state_init(program.state, err) != 0 || take_lock(err) < 0)
		return -1;
	pr->registry = registry_new(program.state, err);
	if (pr->registry == NULL)
		return -1;
	pr->wal = wal_open(program.state, pr->registry, err);
	if (pr->wal == NULL)
		return -1;
	child_private(wal_lock_fd(pr->wal));
	return 0;
}

/* Whether a robin-store serves this state folder. */
static bool
store_runs(void)
{
	struct sockaddr_un addr;
	int folder, fd, rc;

	if (drain_address(program.state, &addr, &folder, NULL) != 0)
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	rc = fd < 0 ? -1
		    : connect(fd, (const struct sockaddr *)&addr, sizeof(addr));
	if (folder >= 0)
		(void)close(folder);
	if (fd >= 0)
		(void)close(fd);
	return rc == 0;
}

/* Has the samples written where no robin-store does it by itself. */
static int
store_once(struct err *err)
{
	const char *argv[] = {"robin-store", "--once",	 "--state",
			      program.state, "--config", program.config,
			      NULL};

	if (store_runs())
		return 0;
	if (program.config == NULL)
		argv[4] = NULL;
	return sibling_run("robin-store", argv, err);
}

static int
once(struct pass *pr, struct sched *s)
{
	int failed = sched_once(s);
	struct err err;

	if (failed < 0)
		return EXIT_FAIL;
	wal_close(&pr->wal);
	if (store_once(&err) != 0)
		return fail(&err);
	return failed == 0 ? EXIT_OK : EXIT_FAIL;
}

static int
daemon_run(struct pass *pr, struct sched *s)
{
	unsigned needs = 0;
	struct err err;

	for (size_t i = 0; i < pr->plan.n_jobs; i++)
		needs |= pr->plan.jobs[i].collector->needs;
	if (rights_drop(program.state, needs, &err) != 0)
		log_line(LOG_LEVEL_WARN, &err, program.state,
			 "running with more rights than needed");
	return sched_run(s, &err) == 0 ? EXIT_OK : fail(&err);
}

static int
run(struct pass *pr)
{
	struct sched s = {.plan = &pr->plan,
			  .root = arg.root,
			  .store = arg.print ? print_batch : store,
			  .report = report,
			  .arg = pr};
	struct err err;
	int rc;

	if (!arg.print && open_store(pr, &err) != 0)
		return fail(&err);
	collect_stats.state = arg.print ? NULL : program.state;
	sched_init(&s);
	if (arg.print)
		rc = sched_once(&s) == 0 ? EXIT_OK : EXIT_FAIL;
	else if (arg.once)
		rc = once(pr, &s);
	else
		rc = daemon_run(pr, &s);
	sched_done(&s);
	wal_close(&pr->wal);
	registry_free(&pr->registry);
	return rc;
}

int
main(int argc, char **argv)
{
	static struct pass pr;
	struct err err = {0};
	int n, rc;

	log_init("robin-collect", LOG_LEVEL_INFO);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	n = program_start(&program, &command, argc, argv, &err);
	if (n < 0 ||
	    plan_init(&pr.plan, &program.conf, argv + 1, (size_t)n, &err) != 0)
		return fail(&err);
	rc = arg.list ? list_print(&pr.plan, arg.root, arg.json) : run(&pr);
	plan_done(&pr.plan);
	return rc;
}
