/* SPDX-License-Identifier: MIT */
/* Foreign lines as log lines: see relay.h. */
#include "cli/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"

int
relay_open(struct relay *r, int *write_end, struct err *err)
{
	int ends[2];

	*r = (struct relay){.fd = -1};
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_sys(err, errno, "pipe");
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	r->fd = ends[0];
	*write_end = ends[1];
	return 0;
}

void
relay_close(struct relay *r)
{
	if (r->fd >= 0)
		(void)close(r->fd);
	r->fd = -1;
}

/* nginx writes "[warn]"; other programs' lines are information. */
static enum log_level
level_of(const char *line)
{
	static const struct {
		const char *word;
		enum log_level level;
	} words[] = {
	    {"[emerg]", LOG_LEVEL_ERROR}, {"[alert]", LOG_LEVEL_ERROR},
	    {"[crit]", LOG_LEVEL_ERROR},  {"[error]", LOG_LEVEL_ERROR},
	    {"[warn]", LOG_LEVEL_WARN},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(line, words[i].word) != NULL)
			return words[i].level;
	return LOG_LEVEL_INFO;
}

static void
log_text(struct relay *r, size_t len, const char *name)
{
	r->line[len] = '\0';
	if (len > 0)
		log_line(level_of(r->line), NULL, NULL, "%s: %s", name,
			 r->line);
}

void
relay_read(struct relay *r, const char *name)
{
	for (;;) {
		size_t room = sizeof(r->line) - 1 - r->len;
		ssize_t n = read(r->fd, r->line + r->len, room);
		char *nl;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0 || errno != EAGAIN)
				relay_close(r);
			return;
		}
		r->len += (size_t)n;
		while ((nl = memchr(r->line, '\n', r->len)) != NULL) {
			size_t used = (size_t)(nl - r->line) + 1;

			log_text(r, used - 1, name);
			r->len -= used;
			memmove(r->line, nl + 1, r->len);
		}
		if (r->len == sizeof(r->line) - 1) {
			log_text(r, r->len, name); /* cut where it is full */
			r->len = 0;
		}
	}
}
