/* SPDX-License-Identifier: MIT */
/* A foreign RRD file, read in a child: see import_read.h. */
#include "rrd/import_read.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sys/syscall.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/confine.h"
#include "core/file.h"

#define DEADLINE_MS 20000
#define CPU_S	    10
#define MEMORY	    (UINT64_C(1) << 30)

/* What the child answers first. */
struct answer {
	int code; /* enum err_code */
	char msg[200];
};

struct ask {
	const char *name, *ds;
	double scale;
	const struct source *to; /* NULL: the head is wanted */
};

/* From here on only what is open can be used, and nothing be made. */
static int
close_the_box(void)
{
	static const int allowed[] = {
	    SYS_read,	    SYS_pread64,      SYS_write,  SYS_brk,
	    SYS_mmap,	    SYS_munmap,	      SYS_mremap, SYS_madvise,
	    SYS_exit_group, SYS_rt_sigreturn, SYS_futex,
	};
	const struct rlimit none = {0, 0}, cpu = {CPU_S, CPU_S},
			    memory = {MEMORY, MEMORY};

	if (setrlimit(RLIMIT_CPU, &cpu) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0 ||
	    setrlimit(RLIMIT_FSIZE, &none) != 0 ||
	    setrlimit(RLIMIT_NPROC, &none) != 0)
		return -1;
#if !defined(__SANITIZE_ADDRESS__)
	if (setrlimit(RLIMIT_AS, &memory) != 0)
		return -1;
#else
	(void)memory;
#endif
	return confine_to(allowed, sizeof(allowed) / sizeof(allowed[0]), NULL);
}

static void
take_head(const struct source *s, struct import_head *h)
{
	h->last_s = s->last_s;
	h->step_s = s->step_s;
	h->n_ds = s->n_ds;
	for (size_t i = 0; i < s->n_ds; i++) {
		memcpy(h->ds[i].name, s->ds[i].name, METRIC_DS_SIZE);
		memcpy(h->ds[i].kind, s->ds[i].kind, METRIC_DS_SIZE);
		h->ds[i].heartbeat_s = s->ds[i].heartbeat_s;
		h->ds[i].min = s->ds[i].min;
		h->ds[i].max = s->ds[i].max;
	}
}

static int
send_rows(int out, const struct source *s, const struct ask *a)
{
	int ds = source_find_ds(s, a->ds);
	double chunk[512];
	size_t used = 0;

	for (size_t i = 0; i < a->to->n_archives; i++) {
		const struct source_archive *to = &a->to->archives[i];

		for (int64_t k = 0; k < to->n_rows; k++) {
			double v = NAN;

			if (ds >= 0)
				v = source_value(s, (size_t)ds, to->cf,
						 to->step_s,
						 to->end_s - k * to->step_s);
			chunk[used++] = v * a->scale;
			if (used < 512)
				continue;
			if (file_write_all(out, chunk, sizeof(chunk)) != 0)
				return -1;
			used = 0;
		}
	}
	return file_write_all(out, chunk, used * sizeof(*chunk));
}

/* The child's life. */
static int
child(int in, int out, size_t size, const struct ask *a)
{
	static struct import_head head;
	static struct source s;
	struct answer answer = {0};
	struct err err = {0};
	unsigned char *bytes;
	size_t got = 0;
	ssize_t n;

	if (close_the_box() != 0)
		return 1;
	bytes = malloc(size + 1);
	while (bytes != NULL && got < size &&
	       (n = pread(in, bytes + got, size - got, (off_t)got)) > 0)
		got += (size_t)n;
	if (bytes == NULL)
		err_set(&err, ERR_NOMEM, "%s: out of memory", a->name);
	else if (source_parse(&s, bytes, got, a->name, &err) == 0)
		err.code = ERR_NONE;
	answer.code = (int)err.code;
	memcpy(answer.msg, err.msg, sizeof(answer.msg) - 1);
	if (file_write_all(out, &answer, sizeof(answer)) != 0)
		return 1;
	if (err.code != ERR_NONE)
		return 0;
	if (a->to != NULL)
		return send_rows(out, &s, a) != 0;
	take_head(&s, &head);
	return file_write_all(out, &head, sizeof(head)) != 0;
}

/* Reads exactly len bytes before the deadline. */
static int
receive(int fd, void *p, size_t len, int64_t until_ms)
{
	unsigned char *to = p;

	while (len > 0) {
		struct pollfd pfd = {.fd = fd, .events = POLLIN};
		int64_t left = until_ms - clock_boot_ms();
		ssize_t n;

		if (left <= 0 || poll(&pfd, 1, (int)left) < 0) {
			if (left > 0 && errno == EINTR)
				continue;
			return ERR_TIMEOUT;
		}
		n = read(fd, to, len);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			return ERR_CORRUPT;
		to += n;
		len -= (size_t)n;
	}
	return ERR_NONE;
}

/* Takes the answer of a child that may be anything by now. */
static int
converse(int fd, const struct ask *a, void *data, size_t len, struct err *err)
{
	int64_t until_ms = clock_boot_ms() + DEADLINE_MS;
	struct answer answer;
	int rc = receive(fd, &answer, sizeof(answer), until_ms);

	if (rc == ERR_NONE && answer.code != ERR_NONE) {
		answer.msg[sizeof(answer.msg) - 1] = '\0';
		return err_set(err,
			       answer.code > 0 && answer.code < ERR__MAX
				   ? (enum err_code)answer.code
				   : ERR_CORRUPT,
			       "%s", answer.msg);
	}
	if (rc == ERR_NONE)
		rc = receive(fd, data, len, until_ms);
	if (rc == ERR_TIMEOUT)
		return err_set(err, ERR_TIMEOUT, "%s: takes too long to read",
			       a->name);
	if (rc != ERR_NONE)
		return err_set(err, ERR_CORRUPT, "%s: killed its reader",
			       a->name);
	return 0;
}

static int
ask_child(const struct ask *a, void *data, size_t len, struct err *err)
{
	int in, pipes[2], rc;
	struct stat st;
	pid_t pid;

	in = open(a->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (in < 0)
		return err_sys(err, errno, "%s: open", a->name);
	if (fstat(in, &st) != 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size > SOURCE_BYTES_MAX) {
		(void)close(in);
		return err_set(err, ERR_INVALID,
			       "%s: not a regular file, or too large", a->name);
	}
	if (pipe2(pipes, O_CLOEXEC) != 0) {
		rc = errno;
		(void)close(in);
		return err_sys(err, rc, "%s: pipe", a->name);
	}
	pid = fork();
	if (pid == 0) {
		if (dup2(in, 0) != 0 || dup2(pipes[1], 1) != 1 ||
		    close_range(2, ~0U, 0) != 0)
			_exit(1);
		_exit(child(0, 1, (size_t)st.st_size, a));
	}
	(void)close(in);
	(void)close(pipes[1]);
	rc = pid < 0 ? err_sys(err, errno, "%s: fork", a->name)
		     : converse(pipes[0], a, data, len, err);
	(void)close(pipes[0]);
	if (pid > 0) {
		(void)kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return rc;
}

int
import_read_head(const char *name, struct import_head *out, struct err *err)
{
	const struct ask a = {.name = name};
	struct import_head h;

	if (ask_child(&a, &h, sizeof(h), err) != 0)
		return -1;
	/* nothing a child says is believed unseen */
	if (h.n_ds < 1 || h.n_ds > FAMILY_METRICS_MAX || h.step_s < 1 ||
	    h.step_s > 31622400 || h.last_s < 0)
		return err_set(err, ERR_CORRUPT, "%s: an answer out of range",
			       name);
	for (size_t i = 0; i < h.n_ds; i++) {
		h.ds[i].name[METRIC_DS_SIZE - 1] = '\0';
		h.ds[i].kind[METRIC_DS_SIZE - 1] = '\0';
	}
	*out = h;
	return 0;
}

int
import_read_rows(const char *name, const char *ds, double scale,
		 const struct source *to, double *out, size_t n,
		 struct err *err)
{
	const struct ask a = {.name = name, .ds = ds, .scale = scale, .to = to};

	return ask_child(&a, out, n * sizeof(*out), err);
}
