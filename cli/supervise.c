/* SPDX-License-Identifier: MIT */
/* Keeping programs running: see supervise.h. */
#include "cli/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/orphans.h"
#include "core/clock.h"
#include "core/log.h"

#define TICK_MS	   100
#define PAUSE_MS   200 /* before the first restart; doubles */
#define PAUSE_MAX  30000
#define HEALTHY_MS 10000 /* having run so long, the next pause is short */
#define STOP_MS	   1500	 /* from SIGTERM to SIGKILL */
#define LAST_MS	   300	 /* from SIGKILL to giving up */

static const int ending[] = {SIGTERM, SIGINT, SIGQUIT};

struct supervised *
supervise_add(struct supervisor *s, const char *name, const char *const *words,
	      struct err *err)
{
	struct supervised *p = &s->list[s->n];
	size_t n = 0;

	if (s->n < SUPERVISE_MAX)
		*p = (struct supervised){.name = name, .relay.fd = -1};
	for (; s->n < SUPERVISE_MAX && words[n] != NULL; n++) {
		if (n == SUPERVISE_ARGS - 1)
			break;
		p->argv[n] = words[n];
	}
	if (s->n == SUPERVISE_MAX || words[n] != NULL) {
		(void)err_set(err, ERR_INTERNAL, "%s: too many words", name);
		return NULL;
	}
	s->n++;
	return p;
}

/* --- one child
 * ----------------------------------------------------------------- */

/* In the child: async-signal-safe calls only. */
static _Noreturn void
become(const struct supervised *p, pid_t parent, int log_fd)
{
	static const char text[] = "robin: cannot run a program\n";
	sigset_t none;
	int null;

	(void)setpgid(0, 0);
	/* not SIGKILL: nginx and pools take their workers with them */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(EXIT_FAIL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	null = open("/dev/null", O_RDONLY);
	if (null >= 0)
		(void)dup2(null, STDIN_FILENO);
	if (log_fd >= 0)
		(void)dup2(log_fd, STDERR_FILENO);
	/* standard output is for what people read of `robin run` itself */
	(void)dup2(STDERR_FILENO, STDOUT_FILENO);
	if (p->folder != NULL && chdir(p->folder) != 0)
		_exit(126);
	(void)execv(p->argv[0], (char *const *)(const void *)p->argv);
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0) {
		/* nobody to tell */
	}
	_exit(127);
}

static int64_t
pause_ms(unsigned failures)
{
	int64_t ms = PAUSE_MS;

	while (failures-- > 1 && ms < PAUSE_MAX)
		ms *= 2;
	return ms < PAUSE_MAX ? ms : PAUSE_MAX;
}

static void
cannot_start(struct supervised *p, const struct err *err)
{
	p->failures++;
	p->due_boot_ms = p->started_boot_ms + pause_ms(p->failures);
	log_error(err, "%s cannot be started", p->name);
}

static void
start(struct supervised *p)
{
	pid_t parent = getpid(), pid;
	int log_fd = -1;
	struct err err;

	p->started_boot_ms = clock_boot_ms();
	relay_close(&p->relay);
	if (p->foreign && relay_open(&p->relay, &log_fd, &err) != 0) {
		cannot_start(p, &err);
		return;
	}
	pid = fork();
	if (pid == 0)
		become(p, parent, log_fd);
	if (pid < 0)
		(void)err_sys(&err, errno, "fork");
	if (log_fd >= 0)
		(void)close(log_fd);
	if (pid < 0) {
		cannot_start(p, &err);
		return;
	}
	/* both set it, so that neither has to wait for the other */
	(void)setpgid(pid, pid);
	p->pid = pid;
	log_info("%s started as process %ld", p->name, (long)pid);
}

static void
say_end(const struct supervised *p, int status, int64_t again_ms)
{
	if (WIFSIGNALED(status))
		log_warn("%s was ended by signal %d (%s); starting it again in "
			 "%lld ms",
			 p->name, WTERMSIG(status), strsignal(WTERMSIG(status)),
			 (long long)again_ms);
	else
		log_warn("%s ended with status %d; starting it again in %lld "
			 "ms",
			 p->name, WEXITSTATUS(status), (long long)again_ms);
}

static void
ended(struct supervisor *s, struct supervised *p, int status)
{
	int64_t now = clock_boot_ms();

	if (p->relay.fd >= 0)
		relay_read(&p->relay, p->name);
	/* what it left behind must not stand in its successor's way */
	(void)kill(-p->pid, SIGKILL);
	p->pid = 0;
	if (s->stopping)
		return;
	if (p->expected) {
		p->expected = false;
		p->due_boot_ms = now;
		return;
	}
	p->failures =
	    now - p->started_boot_ms >= HEALTHY_MS ? 1 : p->failures + 1;
	p->due_boot_ms = now + pause_ms(p->failures);
	say_end(p, status, pause_ms(p->failures));
}

static void
reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < s->n; i++)
			if (s->list[i].pid == pid)
				ended(s, &s->list[i], status);
}

/* --- all of them
 * ----------------------------------------------------------------- */

static size_t
running(const struct supervisor *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->list[i].pid > 0;
	return n;
}

static void
tell_all(const struct supervisor *s, int sig)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].pid > 0)
			(void)kill(sig == SIGKILL ? -s->list[i].pid
						  : s->list[i].pid,
				   sig);
}

static void
start_due(struct supervisor *s)
{
	int64_t now = clock_boot_ms();

	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].pid == 0 && s->list[i].due_boot_ms <= now)
			start(&s->list[i]);
}

static bool
is_ending(int sig)
{
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		if (ending[i] == sig)
			return true;
	return false;
}

/* What can reload does; the others end and come back with what is new. */
static void
reload_all(struct supervisor *s)
{
	if (s->stopping || (s->reload != NULL && !s->reload(s->arg)))
		return;
	for (size_t i = 0; i < s->n; i++) {
		struct supervised *p = &s->list[i];

		if (p->pid == 0)
			continue;
		p->expected = !p->reloads;
		(void)kill(p->pid, p->reloads ? SIGHUP : SIGTERM);
	}
}

static void
reopen_all(const struct supervisor *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].pid > 0 && s->list[i].reloads)
			(void)kill(s->list[i].pid, SIGUSR1);
}

static void
take_signal(struct supervisor *s, int sig)
{
	if (sig == SIGHUP)
		reload_all(s);
	if (sig == SIGUSR1)
		reopen_all(s);
	if (!is_ending(sig))
		return;
	if (s->stopping) {
		tell_all(s, SIGKILL); /* asked twice: at once */
		return;
	}
	s->stopping = true;
	s->stop_boot_ms = clock_boot_ms();
	s->stop_signal = sig;
	log_info("stopping");
	tell_all(s, SIGTERM);
}

static void
take_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == sizeof(info))
		take_signal(s, (int)info.ssi_signo);
	reap(s);
}

/* Milliseconds until something is due; -1: only a signal can change it. */
static int
until_due(const struct supervisor *s)
{
	int64_t now = clock_boot_ms(), next = INT64_MAX;

	if (s->stopping || (s->tick != NULL && !s->ticked))
		return TICK_MS / 2;
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].pid == 0 && s->list[i].due_boot_ms < next)
			next = s->list[i].due_boot_ms;
	if (next == INT64_MAX)
		return -1;
	return next <= now ? 0 : (int)(next - now);
}

static void
tick(struct supervisor *s)
{
	int64_t now = clock_boot_ms();

	if (s->tick == NULL || s->ticked || now < s->tick_boot_ms)
		return;
	s->ticked = s->tick(s->arg);
	s->tick_boot_ms = clock_boot_ms() + TICK_MS;
}

static void
step(struct supervisor *s)
{
	struct pollfd fds[SUPERVISE_MAX + 1];

	if (!s->stopping) {
		start_due(s);
		tick(s);
	}
	for (size_t i = 0; i < s->n; i++)
		fds[i] = (struct pollfd){.fd = s->list[i].relay.fd,
					 .events = POLLIN};
	fds[s->n] = (struct pollfd){.fd = s->signals, .events = POLLIN};
	(void)poll(fds, s->n + 1, until_due(s));
	for (size_t i = 0; i < s->n; i++)
		if (fds[i].fd >= 0 && fds[i].revents != 0)
			relay_read(&s->list[i].relay, s->list[i].name);
	take_signals(s);
}

static void
stop_all(struct supervisor *s)
{
	int64_t deadline = s->stop_boot_ms + STOP_MS;

	while (running(s) > 0 && clock_boot_ms() < deadline)
		step(s);
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].pid > 0)
			log_warn("%s does not end: killed", s->list[i].name);
	tell_all(s, SIGKILL);
	deadline = clock_boot_ms() + LAST_MS;
	while (running(s) > 0 && clock_boot_ms() < deadline)
		step(s);
	orphans_kill();
}

static int
catch_signals(struct supervisor *s, struct err *err)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGUSR1);
	for (size_t i = 0; i < sizeof(ending) / sizeof(int); i++)
		(void)sigaddset(&set, ending[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return err_sys(err, errno, "sigprocmask");
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signals < 0)
		return err_sys(err, errno, "signalfd");
	return 0;
}

int
supervise_run(struct supervisor *s, struct err *err)
{
	if (catch_signals(s, err) != 0)
		return -1;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	while (!s->stopping)
		step(s);
	stop_all(s);
	(void)close(s->signals);
	return 0;
}
