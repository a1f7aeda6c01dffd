/* SPDX-License-Identifier: MIT */
/*
 * robin put: lines of samples in, one line of answer for each, in order, once
 * it is on stable storage.  Whatever has arrived becomes one batch with one
 * sync: a client that waits for each answer gets it at once, one that sends a
 * million lines pays for a few syncs.  Input is read on while answers wait to
 * be taken, so a client that writes everything before it reads does not lock
 * up until QUEUE_MAX bytes of answers wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/put_line.h"
#include "cli/put_store.h"
#include "core/buf.h"

#define INPUT_BYTES (1024 * 1024)
#define QUEUE_MAX   (64 * 1024 * 1024)
#define BATCH_LINES 65536
#define WRITE_BYTES 4096 /* what POLLOUT promises of a pipe */
#define WAIT	    (-1)

static struct program program;

static const struct opt opts[] = {
    PROGRAM_STATE_S(program),
    PROGRAM_CONFIG_C(program),
};

static const struct opt_command command = {
    .name = "robin put",
    .synopsis = "[FILE|-]",
    .brief = "append samples to the log",
    .about =
	"Reads samples from FILE (standard input by default), a line each:\n"
	"\n"
	"  PATH TIME V1[:V2...]\n"
	"\n"
	"PATH is CLUSTER/HOST/FAMILY or CLUSTER/HOST/FAMILY.INSTANCE, TIME is "
	"in epoch seconds, a value is a number or U (unknown). For each line, "
	"in order, one line is written once the sample is on stable storage: "
	"ok, or no and the reason. Lines can be sent without waiting for "
	"answers.\n"
	"\n"
	"A family that nobody declared is made with the metrics v1 to vn, "
	"gauges stored every 10 s, unknown after 120 s without a sample.\n"
	"\n"
	"  echo \"local/web1/queue $(date +%s) 12\" | robin put",
    .exits = "The exit status is 1 also when any line was answered no.",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
    .operands_max = 1,
};

struct putting {
	struct put_store *store;
	int in;
	char *input; /* INPUT_BYTES */
	size_t start, end;
	bool eof;
	bool skipping; /* the rest of a line that was too long */
	struct buf answers;
	size_t sent; /* of answers */
	size_t refused;
	uint8_t *stored;    /* of the lines of a batch: 1 = in the batch */
	struct buf reasons; /* of the others, a NUL-ended text each */
};

/* --- one batch ---------------------------------------------------------------
 */

/* Cuts the next line off the input; false when no whole one is there. */
static bool
next_line(struct putting *p, const char **line, size_t *len)
{
	const char *start = p->input + p->start;
	size_t have = p->end - p->start;
	const char *nl = memchr(start, '\n', have);

	if (nl == NULL && (!p->eof || have == 0)) {
		/* a line that cannot end in time is answered when it ends */
		if (have > PUT_LINE_MAX) {
			p->skipping = true;
			p->start = p->end;
		}
		return false;
	}
	*line = start;
	*len = nl != NULL ? (size_t)(nl - start) : have;
	p->start += *len + (nl != NULL);
	return true;
}

static bool
has_work(const struct putting *p)
{
	size_t have = p->end - p->start;

	if (have == 0)
		return p->eof && p->skipping;
	return p->eof || have > PUT_LINE_MAX ||
	       memchr(p->input + p->start, '\n', have) != NULL;
}

static int
take_line(struct putting *p, const char *text, size_t len,
	  const struct err *closed, struct err *err)
{
	struct put_line line;

	if (p->skipping || len > PUT_LINE_MAX) {
		p->skipping = false;
		return err_set(err, ERR_TOO_LARGE, "bad line: over %d bytes",
			       PUT_LINE_MAX);
	}
	if (put_line_parse(text, len, &line, err) != 0)
		return -1;
	if (closed != NULL) {
		*err = *closed;
		return -1;
	}
	return put_store_add(p->store, &line, err);
}

static void
answer_all(struct putting *p, size_t n_lines, const struct err *failed)
{
	const char *reason = p->reasons.data;

	for (size_t i = 0; i < n_lines; i++) {
		if (p->stored[i] && failed == NULL) {
			buf_put(&p->answers, "ok\n", 3);
			continue;
		}
		p->refused++;
		buf_put(&p->answers, "no ", 3);
		if (p->stored[i]) {
			buf_str(&p->answers, failed->msg);
		} else {
			buf_str(&p->answers, reason);
			reason += strlen(reason) + 1;
		}
		buf_char(&p->answers, '\n');
	}
}

/* A reason stays on its line and does not reach a terminal's controls. */
static void
keep_reason(struct putting *p, struct err *err)
{
	for (char *c = err->msg; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = '?';
	buf_put(&p->reasons, err->msg, strlen(err->msg) + 1);
}

/* All whole lines that are there (up to a limit), as one batch. */
static int
run_batch(struct putting *p, struct err *err)
{
	struct err why = {0}, log = {0};
	/* a log that cannot be opened now may be well at the next batch */
	bool open = put_store_begin(p->store, &log) == 0;
	const char *line;
	size_t len, n = 0;
	int rc = 0;

	buf_reset(&p->reasons);
	while (n < BATCH_LINES && next_line(p, &line, &len)) {
		p->stored[n] =
		    take_line(p, line, len, open ? NULL : &log, &why) == 0;
		if (!p->stored[n])
			keep_reason(p, &why);
		n++;
	}
	if (n < BATCH_LINES && p->eof && p->skipping && p->start == p->end) {
		/* the input ended in the middle of a line too long */
		(void)take_line(p, "", 0, NULL, &why);
		p->stored[n++] = 0;
		keep_reason(p, &why);
	}
	if (open)
		rc = put_store_commit(p->store, &why);
	answer_all(p, n, rc == 0 ? NULL : &why);
	if (!buf_ok(&p->answers) || !buf_ok(&p->reasons))
		return err_set(err, ERR_NOMEM, "put: out of memory");
	return 0;
}

/* --- input and output --------------------------------------------------------
 */

static size_t
room(struct putting *p)
{
	if (p->start > 0 && p->start == p->end)
		p->start = p->end = 0;
	if (p->start > INPUT_BYTES / 2) {
		memmove(p->input, p->input + p->start, p->end - p->start);
		p->end -= p->start;
		p->start = 0;
	}
	return INPUT_BYTES - p->end;
}

static int
read_more(struct putting *p, struct err *err)
{
	ssize_t n = read(p->in, p->input + p->end, INPUT_BYTES - p->end);

	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return err_sys(err, errno, "put: read");
	if (n == 0)
		p->eof = true;
	if (n > 0)
		p->end += (size_t)n;
	return 0;
}

static int
write_some(struct putting *p, struct err *err)
{
	size_t left = p->answers.len - p->sent;
	ssize_t n = write(STDOUT_FILENO, p->answers.data + p->sent,
			  left < WRITE_BYTES ? left : WRITE_BYTES);

	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return err_sys(err, errno, "put: write");
	if (n > 0)
		p->sent += (size_t)n;
	if (p->sent == p->answers.len) {
		buf_reset(&p->answers);
		p->sent = 0;
	}
	return 0;
}

/*
 * Waits (unless there is work) and moves bytes; 1 when more input may be
 * there right now, 0 when not.
 */
static int
move_bytes(struct putting *p, struct err *err)
{
	bool queued = p->answers.len > p->sent;
	bool wanted = !p->eof && room(p) > 0;
	bool work = has_work(p) && p->answers.len - p->sent < QUEUE_MAX;
	struct pollfd fds[2] = {
	    {.fd = wanted ? p->in : -1, .events = POLLIN},
	    {.fd = queued ? STDOUT_FILENO : -1, .events = POLLOUT},
	};

	if (poll(fds, 2, work ? 0 : WAIT) < 0)
		return errno == EINTR ? 0 : err_sys(err, errno, "put: poll");
	if (fds[1].revents != 0 && write_some(p, err) != 0)
		return -1;
	if (fds[0].revents == 0)
		return 0;
	return read_more(p, err) == 0 ? 1 : -1;
}

static int
put_all(struct putting *p, struct err *err)
{
	while (!p->eof || has_work(p) || p->answers.len > p->sent) {
		int more = move_bytes(p, err);

		if (more < 0)
			return -1;
		/* take what has arrived into the same batch, while it fits */
		if ((more == 1 && !p->eof && room(p) > 0) || !has_work(p) ||
		    p->answers.len - p->sent >= QUEUE_MAX)
			continue;
		if (run_batch(p, err) != 0)
			return -1;
	}
	return 0;
}

static int
open_input(const char *name, struct err *err)
{
	int fd;

	if (name == NULL || strcmp(name, "-") == 0)
		return STDIN_FILENO;
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err_sys(err, errno, "%s: open", name);
	return fd;
}

static int
put(const char *file, bool *all_stored, struct err *err)
{
	struct putting p = {.in = -1};
	int rc = -1;

	buf_init(&p.answers, 2 * QUEUE_MAX);
	buf_init(&p.reasons, QUEUE_MAX);
	p.input = malloc(INPUT_BYTES);
	p.stored = malloc(BATCH_LINES);
	p.in = open_input(file, err);
	if (p.input == NULL || p.stored == NULL)
		err_set(err, ERR_NOMEM, "put: out of memory");
	else if (p.in >= 0 &&
		 (p.store = put_store_new(program.conf.state, err)))
		rc = put_all(&p, err);
	*all_stored = p.refused == 0;
	put_store_free(&p.store);
	if (p.in > STDIN_FILENO)
		(void)close(p.in);
	free(p.input);
	free(p.stored);
	buf_done(&p.answers);
	buf_done(&p.reasons);
	return rc;
}

static int
run(int argc, char **argv)
{
	struct err err = {0};
	bool all_stored = false;
	int n = cli_start(&program, &command, argc, argv, &err);

	(void)signal(SIGPIPE, SIG_IGN);
	if (n < 0 || put(n > 0 ? argv[1] : NULL, &all_stored, &err) != 0)
		return opt_fail(&command, &err);
	return all_stored ? EXIT_OK : EXIT_FAIL;
}

const struct cli_command cmd_put = {"put", "append samples to the log", run};
