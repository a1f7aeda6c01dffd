/* SPDX-License-Identifier: MIT */
/* Collectors in children: see child.h. */
#include "collectors/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"

/* What ends the stream: the collector's verdict. */
struct tail {
	uint32_t size; /* 0, which no record has */
	struct err err;
};

static struct {
	int fds[CHILD_PRIVATE_MAX];
	size_t n;
} private;

void
child_private(int fd)
{
	if (private.n < CHILD_PRIVATE_MAX)
	private.fds[private.n++] = fd;
}

/* A sink that sends each sample at once. */
struct pipe_sink {
	struct sample_sink sink; /* first */
	struct batch batch;
	int fd;
};

static int
pipe_put(struct sample_sink *sink, const struct sample *s, struct err *err)
{
	struct pipe_sink *p = (struct pipe_sink *)sink;
	int rc;

	batch_reset(&p->batch);
	if (p->batch.sink.put(&p->batch.sink, s, err) != 0)
		return -1;
	rc = file_write_all(p->fd, p->batch.bytes.data, p->batch.bytes.len);
	return rc == 0 ? 0 : err_sys(err, errno, "pipe to the parent");
}

static void
run(const struct collector *c, const char *root, int64_t time_s, int fd)
{
	struct pipe_sink p = {.sink = {.put = pipe_put}, .fd = fd};
	struct tail tail = {0};
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	for (size_t i = 0; i < private.n; i++)
		if (private.fds[i] != fd)
			(void)close(private.fds[i]);
	batch_init(&p.batch);
	p.batch.time_s = time_s;
	if (c->collect(root, &p.sink, &tail.err) == 0)
		tail.err = (struct err){.code = ERR_NONE};
	(void)file_write_all(fd, &tail, sizeof(tail));
}

int
child_start(struct child *ch, const struct collector *c, const char *root,
	    int64_t time_s, int64_t deadline_boot_ms, struct err *err)
{
	pid_t parent = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_sys(err, errno, "collector %s: pipe", c->name);
	ch->pid = fork();
	if (ch->pid < 0) {
		ch->pid = 0;
		(void)close(fds[0]);
		(void)close(fds[1]);
		return err_sys(err, errno, "collector %s: fork", c->name);
	}
	if (ch->pid == 0) {
		(void)close(fds[0]);
		/* its own group, so its children end with it */
		(void)setpgid(0, 0);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			run(c, root, time_s, fds[1]);
		_exit(0);
	}
	(void)setpgid(ch->pid, ch->pid);
	(void)close(fds[1]);
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
	ch->fd = fds[0] + 1;
	ch->time_s = time_s;
	ch->deadline_boot_ms = deadline_boot_ms;
	if (ch->bytes.data == NULL)
		buf_init(&ch->bytes, BATCH_MAX_BYTES);
	buf_reset(&ch->bytes);
	return 0;
}

static bool
reap(struct child *ch)
{
	pid_t rc = waitpid(ch->pid, NULL, WNOHANG);

	if (rc == ch->pid || (rc < 0 && errno == ECHILD)) {
		ch->pid = 0;
		return true;
	}
	return false;
}

bool
child_busy(struct child *ch)
{
	if (ch->pid == 0)
		return false;
	if (ch->fd > 0)
		return true;
	return !reap(ch);
}

/* Closes the pipe and hands over what came through it. */
static void
take(struct child *ch, const struct collector *c, struct batch *b,
     struct err *err)
{
	size_t used;
	struct tail tail;

	(void)close(ch->fd - 1);
	ch->fd = 0;
	b->time_s = ch->time_s;
	used = batch_take(b, c, ch->bytes.data, ch->bytes.len);
	if (ch->bytes.len - used == sizeof(tail)) {
		memcpy(&tail, ch->bytes.data + used, sizeof(tail));
		tail.err.msg[sizeof(tail.err.msg) - 1] = '\0';
		*err = tail.err;
	} else {
		err_set(err, ERR_INTERNAL, "collector %s: its child died",
			c->name);
	}
}

int
child_read(struct child *ch, const struct collector *c, struct batch *b,
	   struct err *err)
{
	for (;;) {
		char chunk[4096];
		ssize_t n = read(ch->fd - 1, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n <= 0)
			break;
		buf_put(&ch->bytes, chunk, (size_t)n);
	}
	take(ch, c, b, err);
	/* the pipe closed because it exits */
	(void)kill(-ch->pid, SIGKILL);
	(void)reap(ch);
	return 1;
}

void
child_expire(struct child *ch, const struct collector *c, struct batch *b,
	     struct err *err)
{
	(void)kill(-ch->pid, SIGKILL);
	take(ch, c, b, err);
	err_set(err, ERR_TIMEOUT, "collector %s: passed its deadline", c->name);
	(void)reap(ch);
}

void
child_done(struct child *ch)
{
	if (ch->fd > 0) {
		(void)kill(-ch->pid, SIGKILL);
		(void)close(ch->fd - 1);
		ch->fd = 0;
	}
	if (ch->pid > 0)
		(void)reap(ch);
	if (ch->bytes.data != NULL)
		buf_done(&ch->bytes);
}
