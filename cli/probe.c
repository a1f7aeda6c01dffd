/* SPDX-License-Identifier: MIT */
/* Small looks at sockets: see probe.h. */
#include "cli/probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/conf.h"
#include "core/number.h"

/* An address that bind and connect take. */
struct place {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un local;
	} at;
	socklen_t len;
};

/* reach: a wildcard becomes loopback, to connect to. */
static int
place_parse(const char *where, bool reach, struct place *p, struct err *err)
{
	char address[CONF_ADDRESS_SIZE];
	uint16_t port;

	memset(p, 0, sizeof(*p));
	if (conf_listen_parse(where, address, &port, err) != 0)
		return -1;
	if (strchr(address, ':') != NULL) {
		p->at.v6.sin6_family = AF_INET6;
		p->at.v6.sin6_port = htons(port);
		(void)inet_pton(AF_INET6, address, &p->at.v6.sin6_addr);
		if (reach && IN6_IS_ADDR_UNSPECIFIED(&p->at.v6.sin6_addr))
			p->at.v6.sin6_addr = in6addr_loopback;
		p->len = sizeof(p->at.v6);
		return 0;
	}
	p->at.v4.sin_family = AF_INET;
	p->at.v4.sin_port = htons(port);
	if (strcmp(address, "*") != 0)
		(void)inet_pton(AF_INET, address, &p->at.v4.sin_addr);
	if (reach && p->at.v4.sin_addr.s_addr == htonl(INADDR_ANY))
		p->at.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->len = sizeof(p->at.v4);
	return 0;
}

static int
cannot_bind(const char *where, int errnum, struct err *err)
{
	switch (errnum) {
	case EADDRINUSE:
		return err_set(err, ERR_BUSY,
			       "%s: another program listens there (find it "
			       "with: ss -ltnp; or choose another port with "
			       "--listen)",
			       where);
	case EACCES:
		return err_set(err, ERR_DENIED,
			       "%s: this user may not use ports below 1024 "
			       "(choose another with --listen)",
			       where);
	case EADDRNOTAVAIL:
		return err_set(err, ERR_NOT_FOUND,
			       "%s: this machine does not have that address "
			       "(see: ip address; choose another with "
			       "--listen)",
			       where);
	default:
		return err_sys(err, errnum, "%s: bind", where);
	}
}

int
probe_port(const char *where, struct err *err)
{
	struct place p;
	int fd, on = 1, rc = 0;

	if (place_parse(where, false, &p, err) != 0)
		return -1;
	fd = socket(p.at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(err, errno, "%s: socket", where);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* two may bind where neither listens yet */
	if (bind(fd, &p.at.any, p.len) != 0 || listen(fd, 1) != 0)
		rc = cannot_bind(where, errno, err);
	(void)close(fd);
	return rc;
}

/* Waits for events; false when the deadline passed. */
static bool
wait_for(int fd, short events, int64_t deadline_boot_ms)
{
	struct pollfd p = {.fd = fd, .events = events};
	int64_t left = deadline_boot_ms - clock_boot_ms();

	return left > 0 && poll(&p, 1, (int)left) == 1;
}

static int
talk(int fd, const struct place *p, const char *path, int64_t deadline,
     struct err *err)
{
	char text[512];
	int n = snprintf(text, sizeof(text),
			 "GET %s HTTP/1.0\r\nHost: localhost\r\n"
			 "Connection: close\r\n\r\n",
			 path);
	uint64_t status;
	size_t have = 0;

	if (connect(fd, &p->at.any, p->len) != 0 && errno != EINPROGRESS)
		return err_sys(err, errno, "connect");
	if (n < 0 || (size_t)n >= sizeof(text) ||
	    !wait_for(fd, POLLOUT, deadline))
		return err_set(err, ERR_TIMEOUT, "connect: no answer");
	if (send(fd, text, (size_t)n, MSG_NOSIGNAL) != n)
		return err_sys(err, errno, "send");
	while (have < 12) {
		ssize_t got;

		if (!wait_for(fd, POLLIN, deadline))
			return err_set(err, ERR_TIMEOUT, "no answer");
		got = recv(fd, text + have, 12 - have, 0);
		if (got <= 0)
			return err_set(err, ERR_IO, "no answer");
		have += (size_t)got;
	}
	if (memcmp(text, "HTTP/1.", 7) != 0 ||
	    !number_u64(text + 9, 3, &status))
		return err_set(err, ERR_INVALID, "the answer is not HTTP");
	return (int)status;
}

int
probe_http(const char *where, const char *path, int64_t timeout_ms,
	   struct err *err)
{
	int64_t deadline = clock_boot_ms() + timeout_ms;
	struct place p;
	int fd, rc;

	if (place_parse(where, true, &p, err) != 0)
		return -1;
	fd = socket(p.at.any.sa_family,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_sys(err, errno, "%s: socket", where);
	rc = talk(fd, &p, path, deadline, err);
	if (rc < 0)
		(void)err_prefix(err, "http://%s%s", where, path);
	(void)close(fd);
	return rc;
}

int
probe_unix(const char *path, struct err *err)
{
	struct place p = {.len = sizeof(p.at.local)};
	int fd, rc = 0;

	p.at.local.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(p.at.local.sun_path))
		return err_set(err, ERR_TOO_LARGE,
			       "%.60s: too long for a socket", path);
	memcpy(p.at.local.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_sys(err, errno, "%s: socket", path);
	/* a full queue is a sign of life */
	if (connect(fd, &p.at.any, p.len) != 0 && errno != EAGAIN)
		rc = err_sys(err, errno, "%s", path);
	(void)close(fd);
	return rc;
}

void
probe_url(const char *where, char out[80])
{
	char address[CONF_ADDRESS_SIZE];
	uint16_t port;
	bool any, v6;

	out[0] = '\0';
	if (conf_listen_parse(where, address, &port, NULL) != 0)
		return;
	v6 = strchr(address, ':') != NULL;
	any = strcmp(address, "*") == 0 || strcmp(address, "0.0.0.0") == 0 ||
	      strcmp(address, "::") == 0;
	if (any)
		(void)snprintf(address, sizeof(address), "%s",
			       v6 ? "::1" : "127.0.0.1");
	(void)snprintf(out, 80,
		       port == 80 ? "http://%s%s%s/" : "http://%s%s%s:%u/",
		       v6 ? "[" : "", address, v6 ? "]" : "", (unsigned)port);
}
