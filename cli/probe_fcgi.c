/* SPDX-License-Identifier: MIT */
/* A FastCGI client for one small request: see probe_fcgi.h. */
#include "cli/probe_fcgi.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/number.h"

#define VERSION	      1
#define BEGIN_REQUEST 1
#define PARAMS	      4
#define STDIN	      5
#define STDOUT	      6
#define STDERR	      7
#define END_REQUEST   3
#define HEADER	      8

#define REPLY_MAX     2048 /* the head of an answer is much smaller */

static void
record(struct buf *b, int type, const void *data, size_t len)
{
	const char head[HEADER] = {VERSION,	     (char)type,	0, 1,
				   (char)(len >> 8), (char)(len & 255), 0, 0};

	buf_put(b, head, sizeof(head));
	buf_put(b, data, len);
}

/* Names and values are shorter than 128 bytes: one length byte each. */
static void
param(struct buf *b, const char *name, const char *value)
{
	buf_char(b, (char)strlen(name));
	buf_char(b, (char)strlen(value));
	buf_str(b, name);
	buf_str(b, value);
}

static void
request(struct buf *out, const char *path)
{
	/* role 1: responder; no flags: the pool closes */
	static const char begin[8] = {0, 1, 0, 0, 0, 0, 0, 0};
	struct buf params;

	buf_init(&params, 1024);
	param(&params, "REQUEST_METHOD", "GET");
	param(&params, "REQUEST_URI", path);
	param(&params, "SERVER_PROTOCOL", "HTTP/1.0");
	record(out, BEGIN_REQUEST, begin, sizeof(begin));
	record(out, PARAMS, params.data, params.len);
	record(out, PARAMS, "", 0);
	record(out, STDIN, "", 0);
	if (!buf_ok(&params))
		out->failed = true;
	buf_done(&params);
}

/* The status of a CGI answer: its first header, or 200 without one. */
static int
cgi_status(const char *text, size_t len)
{
	static const char name[] = "Status: ";
	uint64_t status;

	if (len < sizeof(name) + 3 - 1)
		return 0;
	if (strncasecmp(text, name, sizeof(name) - 1) != 0)
		return 200;
	if (!number_u64(text + sizeof(name) - 1, 3, &status))
		return -1;
	return (int)status;
}

int
probe_fcgi_status(const unsigned char *data, size_t len)
{
	for (size_t at = 0; len - at >= HEADER;) {
		const unsigned char *h = data + at;
		size_t size = (size_t)h[4] << 8 | h[5], skip = size + h[6];

		if (h[0] != VERSION || (h[1] != STDOUT && h[1] != STDERR))
			return -1;
		at += HEADER;
		if (h[1] == STDOUT && size > 0)
			return cgi_status((const char *)data + at,
					  size < len - at ? size : len - at);
		if (skip > len - at)
			return 0;
		at += skip;
	}
	return 0;
}

/* 1: ready; 0: the deadline passed. */
static int
wait_for(int fd, short events, int64_t deadline_boot_ms)
{
	struct pollfd p = {.fd = fd, .events = events};
	int64_t left = deadline_boot_ms - clock_boot_ms();

	return left > 0 && poll(&p, 1, (int)left) == 1;
}

static int
answer(int fd, int64_t deadline, struct err *err)
{
	unsigned char data[REPLY_MAX];
	size_t have = 0;
	int status = 0;

	while (status == 0 && have < sizeof(data)) {
		ssize_t n;

		if (!wait_for(fd, POLLIN, deadline))
			return err_set(err, ERR_TIMEOUT, "no answer");
		n = read(fd, data + have, sizeof(data) - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, ERR_IO, "closed without an answer");
		have += (size_t)n;
		status = probe_fcgi_status(data, have);
	}
	if (status == 200)
		return 0;
	return err_set(err, ERR_IO, "%s %d",
		       status > 0 ? "answered with status"
				  : "the answer is not FastCGI:",
		       status);
}

static int
ask(int fd, const char *path, int64_t deadline, struct err *err)
{
	struct buf b;
	int rc = -1;

	buf_init(&b, 4096);
	request(&b, path);
	if (!buf_ok(&b))
		(void)err_set(err, ERR_TOO_LARGE, "%.60s: too long", path);
	/* it fits into the socket's buffer */
	else if (send(fd, b.data, b.len, MSG_NOSIGNAL) != (ssize_t)b.len)
		(void)err_sys(err, errno, "send");
	else
		rc = answer(fd, deadline, err);
	buf_done(&b);
	return rc;
}

int
probe_fcgi(const char *socket_path, const char *path, int64_t timeout_ms,
	   struct err *err)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int64_t deadline = clock_boot_ms() + timeout_ms;
	int fd, rc;

	if (strlen(socket_path) >= sizeof(a.sun_path) || strlen(path) > 127)
		return err_set(err, ERR_TOO_LARGE, "%.60s: name too long",
			       socket_path);
	memcpy(a.sun_path, socket_path, strlen(socket_path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_sys(err, errno, "%s: socket", socket_path);
	if (connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0)
		rc = ask(fd, path, deadline, err);
	else if (errno == EAGAIN)
		rc = 0;
	else
		rc = err_sys(err, errno, "connect");
	if (rc != 0)
		(void)err_prefix(err, "%s", socket_path);
	(void)close(fd);
	return rc;
}
